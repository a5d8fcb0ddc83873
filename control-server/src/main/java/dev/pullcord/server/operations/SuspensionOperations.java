package dev.pullcord.server.operations;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Suspension;
import dev.pullcord.server.store.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Suspends nodes and ends that: when somebody asks, and when their time has come. What a node is to
 * run stays the same; only who counts it and waits for it changes.
 */
public final class SuspensionOperations {

  private final NodeChanges changes;
  private final FleetModel fleet;
  private final NodeOperations nodes;

  SuspensionOperations(NodeChanges changes, FleetModel fleet, NodeOperations nodes) {
    this.changes = changes;
    this.fleet = fleet;
    this.nodes = nodes;
  }

  /** Takes a node out of every count, and out of what is waited for, for a while. */
  public NodeView suspend(Principal who, NodeName node, SuspensionView.Request request) {
    String reason = OrderChecks.reason(request.reason());
    Duration duration = OrderChecks.length(request.duration());
    changes.apply(
        node,
        (tables, row) -> {
          Instant now = changes.clock().instant();
          Suspension made = new Suspension(who.owner(), reason, now, now.plus(duration));
          tables.nodes().suspend(row.id(), made);
          String said = "for " + Durations.format(duration) + ": " + reason;
          changes.audit(tables, who, "suspend", node, text(row.settings().suspension()), said);
        });
    return nodes.view(node);
  }

  /** Ends that. */
  public void resume(Principal who, NodeName node) {
    changes.apply(
        node,
        (tables, row) -> {
          Suspension before = row.settings().suspension();
          if (before == null) {
            throw new Refusal(
                Refusal.Kind.NOT_FOUND,
                "SUSPENSION_MISSING",
                node + " is not suspended; pullcord status names the nodes that are",
                null);
          }
          tables.nodes().suspend(row.id(), null);
          changes.audit(tables, who, "resume-node", node, text(before), null);
        });
  }

  /** Ends the suspensions whose time has come: at start, and every second. */
  public void expire() {
    Instant now = changes.clock().instant();
    List<Long> due =
        fleet.read(state ->
            state.nodes().values().stream()
                .filter(n -> isOver(n.suspension(), now))
                .map(NodeRecord::id)
                .toList());
    if (due.isEmpty()) {
      return;
    }
    changes
        .store()
        .write(tables -> {
          due.stream()
              .flatMap(id -> tables.nodes().find(id).stream())
              .forEach(row -> expire(tables, row, now));
          return due.size();
        });
  }

  private void expire(Tables tables, StoredNode row, Instant now) {
    Suspension before = row.settings().suspension();
    if (isOver(before, now)) {
      tables.nodes().suspend(row.id(), null);
      String name = row.name().value();
      tables
          .audit()
          .append(new AuditTable.Act(now, "server", "suspend.expire", name, text(before), null));
      changes.decisions().settle(tables, row.id());
    }
  }

  private static boolean isOver(@Nullable Suspension suspension, Instant now) {
    return suspension != null && !suspension.expiresAt().isAfter(now);
  }

  private static @Nullable String text(@Nullable Suspension it) {
    return it == null
        ? null
        : "until %s by %s: %s"
            .formatted(it.expiresAt().truncatedTo(ChronoUnit.SECONDS), it.owner(), it.reason());
  }
}
