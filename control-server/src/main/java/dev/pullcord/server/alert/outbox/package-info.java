/** Sends what waits in the store to its receivers: in order, again and again, for a day. */
@NullMarked
package dev.pullcord.server.alert.outbox;

import org.jspecify.annotations.NullMarked;
