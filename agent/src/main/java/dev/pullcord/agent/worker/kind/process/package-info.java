/**
 * The kind {@code process}: a program with its arguments, and the hook that drains it. The runner
 * {@code process} is here, too, which starts a worker of any kind as a child of the agent.
 */
@NullMarked
package dev.pullcord.agent.worker.kind.process;

import org.jspecify.annotations.NullMarked;
