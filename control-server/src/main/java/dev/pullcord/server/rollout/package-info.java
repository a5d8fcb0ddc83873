/**
 * Which node may go next. {@link dev.pullcord.server.rollout.RolloutPlanner} decides it: a pure
 * function of the members' states, the manifest's rollout, the operators' orders and the time.
 */
@NullMarked
package dev.pullcord.server.rollout;

import org.jspecify.annotations.NullMarked;
