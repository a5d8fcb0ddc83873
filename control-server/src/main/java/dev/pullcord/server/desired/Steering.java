package dev.pullcord.server.desired;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.hold.HoldRules;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.GateTable;
import dev.pullcord.server.store.RefTable.BranchHead;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The orders that keep nodes from the newest commit, besides pins: rows of the store, each empty
 * where nobody steers. {@link NodeTarget} is the only reader.
 *
 * @param rollouts by branch: the rollout of its newest deployment, where that has one
 * @param gates by branch: what some nodes try before the branch moves
 * @param holds freezes and windows
 * @param at when: freezes end and windows open by it
 */
public record Steering(
    Map<String, RefRollout> rollouts,
    Map<String, GateTable.Gate> gates,
    HoldRules holds,
    Instant at) {
  /** Nothing steers. */
  public static final Steering NONE = new Steering(Map.of(), Map.of());

  /** Rollouts and gates alone. */
  public Steering(Map<String, RefRollout> rollouts, Map<String, GateTable.Gate> gates) {
    this(rollouts, gates, HoldRules.NONE, Instant.EPOCH);
  }

  /** Copies. */
  public Steering {
    rollouts = Map.copyOf(rollouts);
    gates = Map.copyOf(gates);
  }

  /**
   * As the transaction sees it.
   *
   * @param heads of the branches, which are read already
   */
  static Steering read(Tables tables, Collection<BranchHead> heads, Instant at) {
    Map<String, RefRollout> rollouts = new HashMap<>();
    tables.rollouts().live().forEach(row -> rollouts.put(row.ref(), RefRollout.of(row)));
    Map<String, GateTable.Gate> gates = new HashMap<>();
    tables.gates().all().forEach(gate -> gates.put(gate.ref(), gate));
    HoldRules holds = new HoldRules(tables.freezes().all(), heads);
    return new Steering(rollouts, gates, holds, at);
  }

  /** The gate that a node is a canary of; null for others, and once the branch has moved. */
  GateTable.@Nullable Gate gate(String branch, @Nullable CommitId head, NodeName node) {
    GateTable.Gate gate = gates.get(branch);
    return gate != null && Objects.equals(gate.before(), head) && gate.canaries().contains(node)
        ? gate
        : null;
  }

  /** The rollout of the branch's newest deployment; null where everyone gets it at once. */
  @Nullable RefRollout rollout(String branch, @Nullable Long deployment) {
    RefRollout rollout = rollouts.get(branch);
    return rollout != null && deployment != null && rollout.deployment() == deployment
        ? rollout
        : null;
  }
}
