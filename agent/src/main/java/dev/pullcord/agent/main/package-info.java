/** The agent's program: the daemon, what wakes it, and the one place that wires it. */
@NullMarked
package dev.pullcord.agent.main;

import org.jspecify.annotations.NullMarked;
