/**
 * Which node is to run what: decided here and nowhere else, from branches, pins, rollouts, gates,
 * freezes and rollbacks.
 */
@NullMarked
package dev.pullcord.server.desired;

import org.jspecify.annotations.NullMarked;
