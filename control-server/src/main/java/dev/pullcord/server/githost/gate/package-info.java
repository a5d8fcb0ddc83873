/** The git side of a gate: a push that waits for its canaries before its branch moves. */
@NullMarked
package dev.pullcord.server.githost.gate;

import org.jspecify.annotations.NullMarked;
