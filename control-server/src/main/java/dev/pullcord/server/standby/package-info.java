/**
 * Several servers on one database: one is active, the others are standbys. While this server is
 * one, it waits here for the store, has the active server answer people, and tells agents which one
 * that is. Once it is active itself, it renews its lease here.
 */
@NullMarked
package dev.pullcord.server.standby;

import org.jspecify.annotations.NullMarked;
