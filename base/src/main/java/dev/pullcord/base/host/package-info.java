/**
 * What both daemons need of their own process: its threads, its end when it is no longer itself,
 * and its word to systemd.
 */
@NullMarked
package dev.pullcord.base.host;

import org.jspecify.annotations.NullMarked;
