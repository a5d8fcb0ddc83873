/** What this node is to run, as last decided, and the connection that says when that changes. */
@NullMarked
package dev.pullcord.agent.channel;

import org.jspecify.annotations.NullMarked;
