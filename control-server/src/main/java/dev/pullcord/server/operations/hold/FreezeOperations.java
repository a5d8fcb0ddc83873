package dev.pullcord.server.operations.hold;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.server.hold.FreezeText;
import dev.pullcord.server.hold.HoldRules;
import dev.pullcord.server.operations.NodeChanges;
import dev.pullcord.server.operations.OrderChecks;
import dev.pullcord.server.operations.VersionLookup;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import dev.pullcord.server.store.Tables;
import dev.pullcord.server.view.HoldViews;
import dev.pullcord.server.view.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Freezes and thaws: when somebody asks, and when the time has come. */
public final class FreezeOperations {
  private static final String PLAIN_ZONE = "UTC";

  private final NodeChanges changes;
  private final VersionLookup versions;
  private final AtomicReference<@Nullable String> closed = new AtomicReference<>();

  FreezeOperations(NodeChanges changes, VersionLookup versions) {
    this.changes = changes;
    this.versions = versions;
  }

  /** Freezes; a freeze of the same branch and selector is replaced. */
  public FreezeView freeze(Principal who, FreezeView.Request request) {
    String ref = branch(request.ref());
    String selector = orEmpty(request.selector());
    Selector.parse(selector);
    String reason = OrderChecks.reason(request.reason());
    Duration duration = OrderChecks.length(request.duration());
    Window outside = outside(request);
    Instant now = changes.clock().instant();
    StoredFreeze made =
        new StoredFreeze(ref, selector, who.owner(), reason, now, now.plus(duration), outside);
    List<Long> changed =
        changes
            .store()
            .write(tables -> {
              String before =
                  find(tables, ref, selector).map(f -> FreezeText.of(f, now)).orElse(null);
              tables.freezes().put(made);
              tables
                  .audit()
                  .append(who.did(now, "freeze", made.scope(), before, FreezeText.of(made, now)));
              return changes.decisions().settleAll(tables);
            });
    changes.waker().wake(changed);
    return HoldViews.of(made, now);
  }

  private String branch(@Nullable String ref) {
    if (ref == null || ref.isBlank()) {
      return "";
    }
    String branch = OrderChecks.branch("ref", ref);
    versions
        .missing(branch)
        .ifPresent(what -> {
          throw new Refusal(Refusal.Kind.INVALID, "REF_MISSING", what, "ref");
        });
    return branch;
  }

  private static @Nullable Window outside(FreezeView.Request request) {
    String hours = orEmpty(request.outside());
    String zone = orEmpty(request.zone());
    if (hours.isEmpty() && !zone.isEmpty()) {
      throw OrderChecks.malformed("zone", "zone: it says nothing without outside: days and hours");
    }
    try {
      return hours.isEmpty() ? null : new Window(hours, zone.isEmpty() ? PLAIN_ZONE : zone);
    } catch (IllegalArgumentException e) {
      throw OrderChecks.malformed("outside", "outside: " + e.getMessage());
    }
  }

  /**
   * Ends a freeze.
   *
   * @param ref its branch; null for every branch
   * @param selector its labels; null for every node
   * @param created refused where the freeze was made at another moment; null for any
   */
  public void unfreeze(
      Principal who, @Nullable String ref, @Nullable String selector, @Nullable Instant created) {
    Instant now = changes.clock().instant();
    List<Long> changed =
        changes
            .store()
            .write(tables -> {
              StoredFreeze freeze =
                  find(tables, orEmpty(ref), orEmpty(selector))
                      .orElseThrow(() -> noSuchFreeze(tables));
              if (created != null && !created.equals(freeze.createdAt())) {
                throw anotherFreeze(freeze);
              }
              tables.freezes().remove(freeze.ref(), freeze.selector());
              tables
                  .audit()
                  .append(
                      who.did(now, "unfreeze", freeze.scope(), FreezeText.of(freeze, now), null));
              return changes.decisions().settleAll(tables);
            });
    changes.waker().wake(changed);
  }

  /** Who read of another freeze has not decided about this one. */
  private static Refusal anotherFreeze(StoredFreeze freeze) {
    return new Refusal(
        Refusal.Kind.CONFLICT,
        "CHANGED",
        "nothing was ended: %s was frozen anew at %s by %s; look at it: pullcord freezes"
            .formatted(freeze.scope(), freeze.createdAt(), freeze.owner()),
        "created");
  }

  private static Refusal noSuchFreeze(Tables tables) {
    List<String> known = tables.freezes().all().stream().map(StoredFreeze::scope).toList();
    return new Refusal(
        Refusal.Kind.NOT_FOUND,
        "FREEZE_MISSING",
        "there is no freeze of exactly that branch and selector; "
            + (known.isEmpty()
                ? "nothing is frozen"
                : "name them as in: " + String.join("; ", known)),
        "ref");
  }

  private static Optional<StoredFreeze> find(Tables tables, String ref, String selector) {
    return tables.freezes().all().stream().filter(f -> f.isOf(ref, selector)).findFirst();
  }

  /** What is closed, and whether a freeze is there whose time has come. */
  private record HoldMoment(String closed, boolean isOneOver) {}

  /** Thaws what is due, and decides anew when a window opens: at start, and every second. */
  void tick() {
    Instant now = changes.clock().instant();
    HoldMoment look =
        changes
            .store()
            .read(tables -> {
              List<StoredFreeze> all = tables.freezes().all();
              return new HoldMoment(
                  new HoldRules(all, tables.refs().all()).closedAt(now),
                  all.stream().anyMatch(f -> isOver(f, now)));
            });
    if (!look.isOneOver() && look.closed().equals(closed.get())) {
      return;
    }
    List<Long> changed =
        changes
            .store()
            .write(tables -> {
              List<StoredFreeze> over = new ArrayList<>(tables.freezes().all());
              over.removeIf(f -> !isOver(f, now));
              over.forEach(freeze -> expire(tables, freeze, now));
              return changes.decisions().settleAll(tables);
            });
    closed.set(look.closed());
    changes.waker().wake(changed);
  }

  private static void expire(Tables tables, StoredFreeze freeze, Instant now) {
    tables.freezes().remove(freeze.ref(), freeze.selector());
    String before = FreezeText.of(freeze, now);
    tables
        .audit()
        .append(new AuditTable.Act(now, "server", "freeze.expire", freeze.scope(), before, null));
  }

  private static boolean isOver(StoredFreeze freeze, Instant now) {
    return !freeze.expiresAt().isAfter(now);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text.strip();
  }
}
