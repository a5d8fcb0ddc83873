/** The kind {@code process}: a program with its arguments, as a child of the agent. */
@NullMarked
package dev.pullcord.agent.worker.kind.process;

import org.jspecify.annotations.NullMarked;
