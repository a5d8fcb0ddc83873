package dev.pullcord.server.webhook;

import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.MirrorTable.Delivery;
import dev.pullcord.server.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What became of deliveries. Those of the git host are in the store for a day, so that one that
 * comes again is known. What was refused is in memory, the newest only, and in the audit log:
 * strangers must not fill a table.
 */
public final class DeliveryLog {
  static final String FETCHED = "fetched";
  static final String IGNORED = "ignored";
  static final String REPEATED = "repeated";
  static final String REFUSED = "refused";

  /** For so long a delivery that comes again is known. */
  static final Duration KEPT = Duration.ofDays(1);

  private static final int SHOWN = 20;

  private final Store store;
  private final AuditTrail trail;
  private final InstantSource clock;
  private final Deque<Delivery> passing = new ArrayDeque<>();

  /**
   * A log.
   *
   * @param trail told of what is refused
   */
  public DeliveryLog(Store store, AuditTrail trail, InstantSource clock) {
    this.store = store;
    this.trail = trail;
    this.clock = clock;
  }

  /** Whether one of that id came within the last day. */
  boolean knows(String id) {
    return store.read(tables -> tables.mirror().knows(id, clock.instant().minus(KEPT)));
  }

  /** Keeps a delivery of the git host; completes with whether it came for the first time. */
  CompletableFuture<Boolean> remember(String id, String outcome, String detail) {
    Instant now = clock.instant();
    return store.submit(tables -> {
      tables.mirror().forgetDeliveries(now.minus(KEPT));
      return tables.mirror().add(new Delivery(id, now, outcome, detail));
    });
  }

  void repeated(String id, String detail) {
    pass(new Delivery(id, clock.instant(), REPEATED, detail));
  }

  void refused(AuditTable.Source from, String path, String why) {
    pass(new Delivery(from.address(), clock.instant(), REFUSED, why));
    trail.refused(AuditTrail.UNKNOWN, from, "webhook.refused", path, why);
  }

  private void pass(Delivery delivery) {
    synchronized (passing) {
      passing.addFirst(delivery);
      if (passing.size() > SHOWN) {
        passing.removeLast();
      }
    }
  }

  /** The newest, also those that were refused; then the id is the address that it came from. */
  public List<Delivery> newest() {
    List<Delivery> all = new ArrayList<>(store.read(tables -> tables.mirror().deliveries(SHOWN)));
    synchronized (passing) {
      all.addAll(passing);
    }
    return all.stream().sorted(Comparator.comparing(Delivery::at).reversed()).limit(SHOWN).toList();
  }
}
