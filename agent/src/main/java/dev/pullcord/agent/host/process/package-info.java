/** Starts, finds and ends processes, by way of Linux's {@code /proc}. The only room that forks. */
@NullMarked
package dev.pullcord.agent.host.process;

import org.jspecify.annotations.NullMarked;
