package dev.pullcord.server.fleet;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The fleet as the store has it when the server starts.
 *
 * @param nodes their states are still to be judged
 * @param heads of the branches
 * @param live deployments that are not superseded
 * @param rollouts of those
 * @param holds freezes and rollbacks
 * @param removedKeys keys of removed nodes that no node has now
 * @param revision the newest
 */
record StoredFleet(
    List<NodeRecord> nodes,
    List<RefTable.BranchHead> heads,
    List<DeploymentTable.StoredDeployment> live,
    List<RefRollout> rollouts,
    HoldOrders holds,
    Map<NodeKeyId, NodeTable.Removal> removedKeys,
    long revision) {

  /** Reads it; a row that cannot be read is no fault of whoever starts the server. */
  static StoredFleet load(Store store, Instant now) {
    try {
      return store.read(tables -> read(tables, now));
    } catch (IllegalArgumentException | UncheckedIOException e) { // thrown by what reads a row
      throw new StoreException(
          "DB_DAMAGED",
          "the store has a row that this server cannot read: "
              + DiskTrouble.said(e)
              + "; restore a backup (pullcord-server restore)",
          e);
    }
  }

  private static StoredFleet read(Tables tables, Instant now) {
    Map<Long, PinTable.StoredPin> pins = new HashMap<>();
    tables.pins().all().forEach(p -> pins.put(p.node(), p));
    Map<Long, ReportTable.Latest> said = new HashMap<>();
    tables.reports().all().forEach(s -> said.put(s.node(), s));
    List<DeploymentTable.StoredDeployment> live = tables.deployments().live();
    Map<Long, Map<Long, DeploymentTable.Member>> members = new HashMap<>();
    for (DeploymentTable.StoredDeployment deployment : live) {
      Map<Long, DeploymentTable.Member> its = new HashMap<>();
      tables.deployments().members(deployment.id()).forEach(m -> its.put(m.node(), m));
      members.put(deployment.id(), its);
    }
    List<NodeRecord> nodes =
        tables.nodes().all().stream()
            .map(node ->
                NodeRecord.unjudged(
                    node,
                    pins.get(node.id()),
                    NodeSignals.stored(node.agent().lastSeen(), said.get(node.id())),
                    membership(node, members, said.get(node.id())),
                    now))
            .toList();
    return new StoredFleet(
        nodes,
        HoldOrders.heads(tables),
        live,
        tables.rollouts().live().stream().map(RefRollout::of).toList(),
        HoldOrders.read(tables),
        tables.nodes().removedKeys(),
        tables.revisions().newest());
  }

  private static NodeRecord.Membership membership(
      StoredNode node,
      Map<Long, Map<Long, DeploymentTable.Member>> members,
      ReportTable.@Nullable Latest said) {
    Long deployment = node.deployment();
    DeploymentTable.@Nullable Member member =
        deployment == null ? null : members.getOrDefault(deployment, Map.of()).get(node.id());
    return member == null
        ? NodeRecord.Membership.NONE
        : new NodeRecord.Membership(member.joinedAt(), member.convergedAt(), failed(node, said));
  }

  /** Whether what it said last is that it failed on its commit; not on what it had before. */
  private static boolean failed(StoredNode node, ReportTable.@Nullable Latest said) {
    DesiredState decision = node.decision();
    if (said == null
        || decision == null
        || !Objects.equals(said.status().targetCommit(), decision.commit())) {
      return false;
    }
    NodeState state = said.status().state();
    return state == NodeState.FAILED || state == NodeState.ROLLED_BACK;
  }
}
