/** The HTTP routes of both ports, and the one table that turns a refusal into an answer. */
@NullMarked
package dev.pullcord.server.api;

import org.jspecify.annotations.NullMarked;
