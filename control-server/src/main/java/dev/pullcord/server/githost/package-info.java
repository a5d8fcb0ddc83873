/**
 * The server's own git host: smart HTTP for people and for agents, the checks that a push has to
 * pass, and the push's output in which the fleet converges line by line.
 */
@NullMarked
package dev.pullcord.server.githost;

import org.jspecify.annotations.NullMarked;
