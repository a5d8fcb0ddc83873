/** How a node's key becomes known to the server: the join token and the two messages. */
@NullMarked
package dev.pullcord.protocol.enroll;

import org.jspecify.annotations.NullMarked;
