package dev.pullcord.server.rollout;

import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.RolloutSpec.CanaryNodes;
import dev.pullcord.protocol.manifest.node.RolloutSpec.Strategy;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RolloutSpec} as the store keeps it.
 *
 * @param strategy the manifest's word
 * @param canary who goes first; null but for strategy {@code canary}
 * @param maxUnavailable nodes, or percent
 * @param failureBudget so many may fail
 * @param onHalt what becomes of nodes that have the commit
 * @param deadline in milliseconds
 */
record RolloutRules(
    String strategy,
    @Nullable CanaryRules canary,
    NodeShare maxUnavailable,
    int failureBudget,
    RolloutSpec.OnHalt onHalt,
    long deadline) {
  /**
   * Who goes first.
   *
   * @param match their labels; null where a number is given
   * @param nodes how many; 0 where labels are given
   * @param hold in milliseconds
   * @param thenRolling whether the others go in waves
   */
  record CanaryRules(
      @Nullable Map<String, String> match, int nodes, long hold, boolean thenRolling) {
    static CanaryRules of(Strategy.Canary canary) {
      return switch (canary.nodes()) {
        case CanaryNodes.Matching(Map<String, String> labels) ->
            new CanaryRules(
                new TreeMap<>(labels), 0, canary.hold().toMillis(), canary.thenRolling());
        case CanaryNodes.First(int count) ->
            new CanaryRules(null, count, canary.hold().toMillis(), canary.thenRolling());
      };
    }

    Strategy strategy() {
      CanaryNodes first =
          match == null ? new CanaryNodes.First(nodes) : new CanaryNodes.Matching(match);
      return new Strategy.Canary(first, Duration.ofMillis(hold), thenRolling);
    }
  }

  static RolloutRules of(RolloutSpec spec) {
    return new RolloutRules(
        spec.strategy().word(),
        spec.strategy() instanceof Strategy.Canary canary ? CanaryRules.of(canary) : null,
        spec.maxUnavailable(),
        spec.failureBudget(),
        spec.onHalt(),
        spec.deadline().toMillis());
  }

  RolloutSpec spec() {
    Strategy order =
        canary != null
            ? canary.strategy()
            : Strategy.PLAIN.stream()
                .filter(plain -> plain.word().equals(strategy))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no rollout strategy " + strategy));
    return new RolloutSpec(
        order, maxUnavailable, failureBudget, onHalt, Duration.ofMillis(deadline));
  }
}
