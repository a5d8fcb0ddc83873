package dev.pullcord.server.desired;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.GateTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Lists the commits that the fleet needs though a branch may no longer lead to them: what nodes run
 * and are to run, pins, and the newest deployments.
 */
public final class NeededCommits {
  private static final int DEPLOYMENTS_MAX = 500;

  private final Store store;
  private final FleetModel fleet;

  /** Of that fleet. */
  public NeededCommits(Store store, FleetModel fleet) {
    this.store = store;
    this.fleet = fleet;
  }

  /** As it is now. */
  public Set<CommitId> now() {
    Set<CommitId> needed = new HashSet<>(store.read(NeededCommits::stored));
    fleet.read(now -> {
      now.nodes().values().forEach(node -> addAll(needed, node));
      return null;
    });
    return needed;
  }

  private static Set<CommitId> stored(Tables tables) {
    Set<CommitId> stored = new HashSet<>();
    tables.refs().all().stream().map(RefTable.BranchHead::commit).forEach(stored::add);
    tables.gates().all().stream().map(GateTable.Gate::candidate).forEach(stored::add);
    tables.pins().all().stream().map(PinTable.StoredPin::commit).forEach(stored::add);
    tables
        .deployments()
        .page(null, Long.MAX_VALUE, DEPLOYMENTS_MAX)
        .forEach(d ->
            Stream.of(d.commit(), d.head().before())
                .flatMap(Stream::ofNullable)
                .forEach(stored::add));
    return stored;
  }

  private static void addAll(Set<CommitId> needed, NodeRecord node) {
    DesiredState decision = node.decision();
    Stream.of(
            decision.commit(),
            decision.stage(),
            decision.withheld() == null ? null : decision.withheld().commit(),
            decision.pin() == null ? null : decision.pin().after().commit(),
            node.said() == null ? null : node.said().status().appliedCommit(),
            node.said() == null ? null : node.said().status().targetCommit())
        .flatMap(Stream::ofNullable)
        .forEach(needed::add);
  }
}
