/**
 * The ground: clocks, files that are replaced whole, and who may read them. The only room that
 * renames, links or reads the clock.
 */
@NullMarked
package dev.pullcord.agent.host;

import org.jspecify.annotations.NullMarked;
