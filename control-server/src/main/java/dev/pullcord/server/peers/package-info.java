/** The servers of one store: where people and agents find them, and which of them is active. */
@NullMarked
package dev.pullcord.server.peers;

import org.jspecify.annotations.NullMarked;
