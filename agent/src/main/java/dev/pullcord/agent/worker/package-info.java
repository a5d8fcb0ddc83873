/** Starts workers, watches them, and asks them to end; a worker outlives the agent. */
@NullMarked
package dev.pullcord.agent.worker;

import org.jspecify.annotations.NullMarked;
