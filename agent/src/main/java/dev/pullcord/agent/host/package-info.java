/**
 * The ground: the clock, what tells this machine from others, and which values are shown nowhere.
 * The only room that reads the clock.
 */
@NullMarked
package dev.pullcord.agent.host;

import org.jspecify.annotations.NullMarked;
