package dev.pullcord.server.desired;

import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.FleetViews;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.Deployments;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Keeps where deployments are, so that it is still known when they are history. What is shown of a
 * deployment that is not superseded is worked out anew each time; a kill before it is kept loses
 * nothing.
 */
public final class Progress {
  private final Store store;
  private final FleetModel fleet;
  private final FleetViews views;

  /** Progress of that fleet's deployments. */
  public Progress(Store store, FleetModel fleet, FleetViews views) {
    this.store = store;
    this.fleet = fleet;
    this.views = views;
  }

  /** Keeps what has changed since the last call. */
  public void keep() {
    List<Deployments.Row> changed = views.unkeptProgress();
    if (changed.isEmpty()) {
      return;
    }
    store.write(tables -> {
      changed.forEach(d -> keep(tables, d));
      return changed.size();
    });
  }

  private void keep(Tables tables, Deployments.Row deployment) {
    boolean superseded =
        tables.deployments().find(deployment.id()).filter(d -> d.supersededBy() == null).isEmpty();
    if (superseded) {
      return;
    }
    tables.deployments().state(deployment.id(), deployment.state(), deployment.convergedAt());
    for (NodeRecord node : membersOf(deployment.id())) {
      Instant at = node.convergedAt();
      if (at != null) {
        tables.deployments().converged(deployment.id(), node.id(), at);
      }
    }
    tables.afterCommit(() -> fleet.progressed(deployment));
  }

  private List<NodeRecord> membersOf(long deployment) {
    return fleet.read(now ->
        now.nodes().values().stream()
            .filter(n -> Objects.equals(n.decision().deployment(), deployment))
            .toList());
  }
}
