package dev.pullcord.server.deployment;

import dev.pullcord.server.desired.Decisions;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.DeploymentTable.MemberEnd;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps where deployments are, and how they ended once each of their nodes is done. Until then what
 * is shown is worked out anew each time; a kill before it is kept loses nothing.
 */
public final class DeploymentProgress implements Decisions.Superseding {
  private final Store store;
  private final FleetModel fleet;
  private final AtomicLong kept = new AtomicLong(-1);

  /** Progress of that fleet's deployments. */
  public DeploymentProgress(Store store, FleetModel fleet) {
    this.store = store;
    this.fleet = fleet;
  }

  /** Keeps what has changed since the last call. */
  public void keep() {
    long version = fleet.version();
    if (kept.get() == version) {
      return; // nothing of the fleet is other than it was at the last look
    }
    List<Further> changed = further();
    if (!changed.isEmpty()) {
      store.write(tables -> {
        changed.forEach(d -> keep(tables, d));
        return changed.size();
      });
    }
    kept.set(version);
  }

  /** Keeps what its nodes had come to, of which the store knows no more than who ran it. */
  @Override
  public void superseded(Tables tables, StoredDeployment old) {
    if (old.ending() != null) {
      return; // kept when it ended
    }
    List<DeploymentTable.Member> members =
        tables.deployments().members(old.id()).stream().map(DeploymentTable.Member::open).toList();
    Map<Long, MemberEnd> ends = new HashMap<>();
    fleet
        .read(now -> DeploymentMember.of(now, old, members))
        .forEach(member -> ends.put(member.kept().node(), member.superseded()));
    tables.deployments().ends(old.id(), ends);
  }

  private record Known(StoredDeployment deployment, List<DeploymentTable.Member> members) {}

  /** A deployment that is further than what is kept of it. */
  private record Further(
      StoredDeployment now, Map<Long, Instant> converged, Map<Long, MemberEnd> ends) {}

  private List<Further> further() {
    List<Long> open =
        fleet.read(now ->
            now.live().values().stream()
                .filter(d -> d.ending() == null || d.convergedAt() == null)
                .map(StoredDeployment::id)
                .toList());
    List<Known> known =
        store.read(tables ->
            open.stream()
                .flatMap(id -> tables.deployments().find(id).stream())
                .filter(d -> d.next() == null)
                .map(d -> new Known(d, tables.deployments().members(d.id())))
                .toList());
    return fleet.read(now -> known.stream().flatMap(k -> further(now, k).stream()).toList());
  }

  private static Optional<Further> further(FleetSnapshot fleet, Known known) {
    List<DeploymentMember> members =
        DeploymentMember.of(fleet, known.deployment(), known.members());
    StoredDeployment now = DeploymentJudge.progressed(known.deployment(), members);
    if (now.equals(known.deployment())) {
      return Optional.empty();
    }
    Map<Long, Instant> converged = new HashMap<>();
    Map<Long, MemberEnd> ends = new HashMap<>();
    for (DeploymentMember member : members) {
      Instant at = member.convergedAt();
      if (at != null) {
        converged.put(member.kept().node(), at);
      }
      ends.put(member.kept().node(), member.end());
    }
    return Optional.of(new Further(now, converged, ends));
  }

  private void keep(Tables tables, Further further) {
    DeploymentTable deployments = tables.deployments();
    StoredDeployment now = further.now();
    boolean superseded = deployments.find(now.id()).filter(d -> d.next() == null).isEmpty();
    if (superseded) {
      return;
    }
    deployments.state(now.id(), now.state(), now.convergedAt());
    further.converged().forEach((node, at) -> deployments.converged(now.id(), node, at));
    if (now.ending() != null) {
      deployments.end(now.id(), now.ending(), further.ends());
    }
    deployments.find(now.id()).ifPresent(d -> tables.afterCommit(() -> fleet.progressed(d)));
  }
}
