/** Names and numbers with a checked alphabet, so that a wrong one is refused at the edge. */
@NullMarked
package dev.pullcord.protocol.id;

import org.jspecify.annotations.NullMarked;
