package dev.pullcord.server.rollout;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The planner's answer for one moment of a rollout.
 *
 * @param rollout what is to be stored, before any node is told
 * @param waiting why each node that has not the commit yet waits; begins with "waiting"
 * @param lookAgainAt when time alone may change it; reports and orders do so at any time
 */
public record RolloutStep(
    Rollout rollout, Map<String, String> waiting, Optional<Instant> lookAgainAt) {
  /** Copies. */
  public RolloutStep {
    waiting = Map.copyOf(waiting);
  }
}
