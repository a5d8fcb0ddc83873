/** What happens by the clock: the poll and the housekeeping. Quartz keeps the times. */
@NullMarked
package dev.pullcord.agent.schedule;

import org.jspecify.annotations.NullMarked;
