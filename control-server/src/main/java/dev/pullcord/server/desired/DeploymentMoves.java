package dev.pullcord.server.desired;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Decisions that are about to be stored, and which nodes go from one deployment to another by them.
 * A node that goes elsewhere leaves; members of a superseded deployment stay what they were.
 */
final class DeploymentMoves {
  private final Set<Long> live;
  private final Map<Long, DesiredState> decisions = new HashMap<>();
  private final Map<Long, List<Long>> leaving = new TreeMap<>();
  private final Map<Long, List<Long>> joining = new TreeMap<>();

  DeploymentMoves(Collection<DeploymentTable.StoredDeployment> live) {
    this.live = live.stream().map(DeploymentTable.StoredDeployment::id).collect(Collectors.toSet());
  }

  void note(StoredNode node, DesiredState decided) {
    decisions.put(node.id(), decided);
    Long before = node.deployment();
    Long after = decided.deployment();
    if (Objects.equals(before, after)) {
      return;
    }
    if (before != null && live.contains(before)) {
      leaving.computeIfAbsent(before, _ -> new ArrayList<>()).add(node.id());
    }
    if (after != null) {
      joining.computeIfAbsent(after, _ -> new ArrayList<>()).add(node.id());
    }
  }

  void store(Tables tables, Instant now) {
    tables.nodes().decide(decisions);
    leaving.forEach((deployment, nodes) -> tables.deployments().leave(deployment, nodes, now));
    joining.forEach((deployment, nodes) -> tables.deployments().join(deployment, nodes, now));
  }
}
