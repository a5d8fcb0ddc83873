package dev.pullcord.server.fleet;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.RefTable;
import java.util.Map;
import java.util.NavigableMap;

/**
 * The fleet at one moment. It is a view of the model: whoever is given it must not keep it.
 *
 * @param nodes in order of name
 * @param heads by branch
 * @param live deployments that are not superseded, by id
 * @param rollouts by branch, where its newest deployment does not reach everyone at once
 * @param holds freezes, rollbacks and open gates
 * @param revision the newest
 */
public record FleetSnapshot(
    NavigableMap<NodeName, NodeRecord> nodes,
    Map<String, RefTable.BranchHead> heads,
    Map<Long, DeploymentTable.StoredDeployment> live,
    Map<String, RefRollout> rollouts,
    HoldOrders holds,
    long revision) {}
