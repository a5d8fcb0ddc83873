package dev.pullcord.server.operations;

import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.PinTable.StoredPin;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import dev.pullcord.server.view.FleetReader;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pins nodes and ends pins: when somebody asks, and when their time has come. */
public final class PinOperations {
  private static final Logger log = LoggerFactory.getLogger(PinOperations.class);

  private final NodeChanges changes;
  private final VersionLookup versions;
  private final FleetModel fleet;
  private final FleetReader views;

  PinOperations(NodeChanges changes, VersionLookup versions, FleetModel fleet, FleetReader views) {
    this.changes = changes;
    this.versions = versions;
    this.fleet = fleet;
    this.views = views;
  }

  /** A pin that was asked for, checked. */
  private record PinOrder(
      VersionLookup.Found version, Duration duration, String reason, boolean evenFrozen) {
    StoredPin pin(long node, String owner, Instant now) {
      return new StoredPin(
          node,
          version.ref(),
          version.branch(),
          version.commit(),
          owner,
          reason,
          now,
          now.plus(duration),
          evenFrozen);
    }
  }

  private PinOrder checked(PinView.Request request) {
    String reason = OrderChecks.reason(request.reason());
    Duration duration = OrderChecks.length(request.duration());
    return new PinOrder(
        versions.any(OrderChecks.ref(request.ref())),
        duration,
        reason,
        Boolean.TRUE.equals(request.evenFrozen()));
  }

  /** Pins a node; a pin of it that exists is replaced. */
  public PinView pin(Principal who, NodeName node, PinView.Request request) {
    PinOrder order = checked(request);
    changes.apply(
        node,
        (tables, row) -> {
          Instant now = changes.clock().instant();
          StoredPin before = tables.pins().find(row.id()).orElse(null);
          StoredPin pin = order.pin(row.id(), who.owner(), now);
          tables.pins().put(pin);
          changes.audit(tables, who, "pin", node, before == null ? null : text(before), made(pin));
        });
    return views.pins().stream()
        .filter(p -> p.node().equals(node))
        .findFirst()
        .orElseThrow(() -> OrderChecks.noSuchNode(node));
  }

  /** What {@link #pin} would do, without doing it. */
  public PinView foresee(Principal who, NodeName node, PinView.Request request) {
    PinOrder order = checked(request);
    changes.store().read(tables -> NodeChanges.existing(tables, node));
    StoredPin pin = order.pin(0, who.owner(), changes.clock().instant());
    return new PinView(
        node,
        pin.ref(),
        pin.commit(),
        pin.owner(),
        pin.reason(),
        pin.createdAt(),
        pin.expiresAt(),
        pin.evenFrozen());
  }

  /** Ends a pin. */
  public void unpin(Principal who, NodeName node) {
    changes.apply(
        node,
        (tables, row) -> {
          StoredPin pin =
              tables
                  .pins()
                  .find(row.id())
                  .orElseThrow(() ->
                      new Refusal(
                          Refusal.Kind.NOT_FOUND,
                          "PIN_MISSING",
                          node + " is not pinned; pullcord pins lists the pins",
                          null));
          tables.pins().remove(row.id());
          changes.audit(tables, who, "unpin", node, text(pin), null);
        });
  }

  /** Ends the pins whose time has come: at start, and every second. */
  public void expire() {
    Instant now = changes.clock().instant();
    boolean due =
        fleet.read(state ->
            state.nodes().values().stream()
                .anyMatch(n -> n.pin() != null && !n.pin().expiresAt().isAfter(now)));
    if (!due) {
      return;
    }
    List<Long> changed =
        changes
            .store()
            .write(tables -> {
              List<StoredPin> over = new ArrayList<>(tables.pins().all());
              over.removeIf(pin -> pin.expiresAt().isAfter(now));
              over.forEach(pin -> expire(tables, pin, now));
              // All of them at once: a rollout that begins here is to know every one of its nodes.
              return changes
                  .decisions()
                  .settle(tables, over.stream().map(StoredPin::node).toList());
            });
    changes.waker().wake(changed);
  }

  private static void expire(Tables tables, StoredPin pin, Instant now) {
    tables.pins().remove(pin.node());
    StoredNode row = tables.nodes().find(pin.node()).orElseThrow();
    tables
        .audit()
        .append(
            new AuditTable.Act(now, "server", "pin.expire", row.name().value(), text(pin), null));
    log.info("the pin of {} to {} has expired", row.name(), pin.ref());
  }

  private static String made(StoredPin pin) {
    String time = Durations.format(Duration.between(pin.createdAt(), pin.expiresAt()));
    return pin.ref()
        + " ("
        + pin.commit().abbreviated()
        + ") for "
        + time
        + (pin.evenFrozen() ? ", even while frozen" : "")
        + ": "
        + pin.reason();
  }

  private static String text(StoredPin pin) {
    Instant until = pin.expiresAt().truncatedTo(ChronoUnit.SECONDS);
    return pin.ref() + " until " + until + " by " + pin.owner() + ": " + pin.reason();
  }
}
