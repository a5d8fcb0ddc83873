/** The connection to the server, which says what this node is to run and when that changes. */
@NullMarked
package dev.pullcord.agent.channel;

import org.jspecify.annotations.NullMarked;
