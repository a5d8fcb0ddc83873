/**
 * Several servers on one database: one is active, the others wait for its place. Before this server
 * is active it answers here, and says which one is; afterwards it renews its lease here.
 */
@NullMarked
package dev.pullcord.server.standby;

import org.jspecify.annotations.NullMarked;
