/** A server that the agent's tests talk to: real TLS, real git, all of its state in fields. */
@NullMarked
package dev.pullcord.agent.fake;

import org.jspecify.annotations.NullMarked;
