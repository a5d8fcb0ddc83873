package dev.pullcord.server.desired;

import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.Tables;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What keeps nodes from the newest commit, besides pins: rows of the store, each empty where nobody
 * steers. {@link NodeTarget} is the only reader.
 *
 * @param rollouts by branch: the rollout of its newest deployment, where that has one
 */
public record Steering(Map<String, RefRollout> rollouts) {
  /** Nothing steers. */
  public static final Steering NONE = new Steering(Map.of());

  /** Copies. */
  public Steering {
    rollouts = Map.copyOf(rollouts);
  }

  /** As the transaction sees it. */
  static Steering read(Tables tables) {
    Map<String, RefRollout> rollouts = new HashMap<>();
    tables.rollouts().live().forEach(row -> rollouts.put(row.ref(), RefRollout.of(row)));
    return new Steering(rollouts);
  }

  /** The rollout of the branch's newest deployment; null where everyone gets it at once. */
  @Nullable RefRollout rollout(String branch, @Nullable Long deployment) {
    RefRollout rollout = rollouts.get(branch);
    return rollout != null && deployment != null && rollout.deployment() == deployment
        ? rollout
        : null;
  }
}
