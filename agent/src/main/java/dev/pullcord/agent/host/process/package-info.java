/**
 * Starts processes that outlive the agent, and finds and ends processes, by way of Linux's {@code
 * /proc}. Only this room and {@code host.command} fork.
 */
@NullMarked
package dev.pullcord.agent.host.process;

import org.jspecify.annotations.NullMarked;
