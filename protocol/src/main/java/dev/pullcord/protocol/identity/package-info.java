/**
 * Says which workers a change touches: a worker restarts when its identity changes. The server says
 * so before a push and the agent acts on it, by the same code.
 */
@NullMarked
package dev.pullcord.protocol.identity;

import org.jspecify.annotations.NullMarked;
