/** The only room that forks, renames, links or reads the clock. Linux, by way of {@code /proc}. */
@NullMarked
package dev.pullcord.agent.host;

import org.jspecify.annotations.NullMarked;
