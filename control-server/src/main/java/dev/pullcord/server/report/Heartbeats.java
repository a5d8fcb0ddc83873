package dev.pullcord.server.report;

import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.Store;
import java.util.List;

/**
 * Notes that nodes were heard of. A contact changes memory only; every 15 s what has changed is
 * written in one go, which a kill may lose: a node's next contact makes it good.
 */
public final class Heartbeats {
  private final Store store;
  private final FleetModel fleet;

  /** Heartbeats of that fleet. */
  public Heartbeats(Store store, FleetModel fleet) {
    this.store = store;
    this.fleet = fleet;
  }

  /** The node made an authenticated request. */
  public void touch(long node) {
    fleet.seen(node);
  }

  /** Writes what has changed since the last call that went well. */
  public void flush() {
    List<NodeRecord> changed = fleet.takeUnsaved();
    if (changed.isEmpty()) {
      return;
    }
    try {
      store.write(tables -> {
        changed.forEach(n -> tables.nodes().seen(n.id(), n.lastSeen(), n.standing()));
        return changed.size();
      });
    } catch (RuntimeException e) {
      fleet.notSaved(changed);
      throw e;
    }
  }
}
