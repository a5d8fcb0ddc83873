/** The agent's program: its command line, its configuration, and the one place that wires it. */
@NullMarked
package dev.pullcord.agent;

import org.jspecify.annotations.NullMarked;
