/**
 * The ground: the clock, what tells this machine from others, and which values are shown nowhere.
 * Nothing outside this room and those below it renames files, makes links or reads the clock.
 */
@NullMarked
package dev.pullcord.agent.host;

import org.jspecify.annotations.NullMarked;
