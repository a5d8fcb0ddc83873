package dev.pullcord.server.fleet;

import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.StoredNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a decision changed, after it is on disk.
 *
 * @param nodes those whose decision, pin or ref is another, and new ones
 * @param heads all branch heads
 * @param live all deployments that are not superseded
 * @param rollouts of those, where they do not reach everyone at once
 * @param revision the newest
 * @param at when it was decided
 */
public record FleetUpdate(
    List<Node> nodes,
    List<RefTable.BranchHead> heads,
    List<DeploymentTable.StoredDeployment> live,
    List<RefRollout> rollouts,
    long revision,
    Instant at) {
  /** Copies. */
  public FleetUpdate {
    nodes = List.copyOf(nodes);
    heads = List.copyOf(heads);
    live = List.copyOf(live);
    rollouts = List.copyOf(rollouts);
  }

  /**
   * A node with its decision.
   *
   * @param row as it is stored
   * @param pin in force
   */
  public record Node(StoredNode row, PinTable.@Nullable StoredPin pin) {}
}
