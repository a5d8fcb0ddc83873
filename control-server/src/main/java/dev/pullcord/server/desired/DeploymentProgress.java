package dev.pullcord.server.desired;

import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.FleetViews;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps where deployments are, and how they ended once each of their nodes is done. Until then what
 * is shown is worked out anew each time; a kill before it is kept loses nothing.
 */
public final class DeploymentProgress {
  private final Store store;
  private final FleetModel fleet;
  private final FleetViews views;
  private final AtomicLong kept = new AtomicLong(-1);

  /** Progress of that fleet's deployments. */
  public DeploymentProgress(Store store, FleetModel fleet, FleetViews views) {
    this.store = store;
    this.fleet = fleet;
    this.views = views;
  }

  /** Keeps what has changed since the last call. */
  public void keep() {
    long version = fleet.version();
    if (kept.get() == version) {
      return; // nothing of the fleet is other than it was at the last look
    }
    List<FleetViews.Unkept> changed = views.unkeptProgress();
    if (!changed.isEmpty()) {
      store.write(tables -> {
        changed.forEach(d -> keep(tables, d));
        return changed.size();
      });
    }
    kept.set(version);
  }

  private void keep(Tables tables, FleetViews.Unkept unkept) {
    var deployments = tables.deployments();
    var row = unkept.row();
    boolean superseded = deployments.find(row.id()).filter(d -> d.next() == null).isEmpty();
    if (superseded) {
      return;
    }
    deployments.state(row.id(), row.state(), row.convergedAt());
    unkept.converged().forEach((node, at) -> deployments.converged(row.id(), node, at));
    if (row.ending() != null) {
      deployments.end(row.id(), row.ending(), unkept.ends());
    }
    deployments.find(row.id()).ifPresent(d -> tables.afterCommit(() -> fleet.progressed(d)));
  }
}
