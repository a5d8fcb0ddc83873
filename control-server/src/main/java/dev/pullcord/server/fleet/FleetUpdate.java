package dev.pullcord.server.fleet;

import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a decision, for the fleet in memory, once they are on disk.
 *
 * @param nodes those whose decision, pin or ref is another, and new ones
 * @param heads what all branches lead to
 * @param live all deployments that are not superseded
 * @param rollouts of those, where they do not reach everyone at once
 * @param holds all freezes, rollbacks and open gates
 * @param revision the newest
 * @param at when it was decided
 */
public record FleetUpdate(
    List<Node> nodes,
    List<RefTable.BranchHead> heads,
    List<DeploymentTable.StoredDeployment> live,
    List<RefRollout> rollouts,
    HoldOrders holds,
    long revision,
    Instant at) {
  /** Copies. */
  public FleetUpdate {
    nodes = List.copyOf(nodes);
    heads = List.copyOf(heads);
    live = List.copyOf(live);
    rollouts = List.copyOf(rollouts);
  }

  /** All that a transaction says, beside the nodes that it concerns. */
  public static FleetUpdate of(
      Tables tables, List<Node> nodes, List<RefRollout> rollouts, Instant at) {
    return new FleetUpdate(
        nodes,
        HoldOrders.heads(tables),
        tables.deployments().live(),
        rollouts,
        HoldOrders.read(tables),
        tables.revisions().newest(),
        at);
  }

  /**
   * A node with its decision.
   *
   * @param row as it is stored
   * @param pin in force
   */
  public record Node(StoredNode row, PinTable.@Nullable StoredPin pin) {}
}
