/** The open streams to agents: they only make things sooner, and may lose everything. */
@NullMarked
package dev.pullcord.server.channel;

import org.jspecify.annotations.NullMarked;
