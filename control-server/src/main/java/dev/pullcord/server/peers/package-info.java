/** Tells people and agents of the servers of one store: where each is, and which one is active. */
@NullMarked
package dev.pullcord.server.peers;

import org.jspecify.annotations.NullMarked;
