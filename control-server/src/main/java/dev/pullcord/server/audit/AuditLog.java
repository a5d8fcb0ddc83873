package dev.pullcord.server.audit;

import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the audit log, and reads from it. What is told here is queued for the store's writer
 * and not waited for. While the disk or the database does not take them, entries wait in memory, at
 * most {@link #WAITING_MAX}, and are written once it does; what is more is in the program's log.
 */
public final class AuditLog implements AuditTrail, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

  static final int WAITING_MAX = 1000;

  /** Acts that every role may repeat as often as it likes. */
  private static final Set<String> BY_ANYBODY = Set.of("sign-in", "sign-out");

  private final Store store;
  private final InstantSource clock;
  private final Refusals refusals = new Refusals();
  private final RepeatedActs repeated = new RepeatedActs();

  private final Queue<AuditTable.Act> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private volatile boolean closed;

  /** Done when the last entry so far is written, or could not be. */
  private volatile CompletableFuture<Boolean> written = CompletableFuture.completedFuture(true);

  /** The log in that store. */
  public AuditLog(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public void done(
      String who,
      AuditTable.@Nullable Source from,
      String what,
      String subject,
      @Nullable String before,
      @Nullable String after) {
    AuditTable.Act act =
        new AuditTable.Act(clock.instant(), who, from, what, subject, before, after, false, 1);
    (BY_ANYBODY.contains(what) ? repeated.note(act) : Optional.of(act)).ifPresent(this::write);
  }

  @Override
  public void refused(String who, AuditTable.Source from, String what, String subject, String why) {
    Instant now = clock.instant();
    refusals
        .note(new AuditTable.Act(now, who, from, what, subject, null, why, true, 1))
        .ifPresent(this::write);
  }

  /** Writes what waits, and the counts whose time has come; every second. */
  public void tick() {
    for (int left = waiting.size(); left > 0; left--) {
      AuditTable.Act entry = waiting.poll();
      if (entry != null) {
        write(entry);
      }
    }
    refusals.due(clock.instant()).forEach(this::write);
    repeated.due(clock.instant()).forEach(this::write);
  }

  /**
   * Entries, the newest first, with all that was told before.
   *
   * @param before only those with an id below this one
   */
  public List<AuditTable.StoredAct> page(AuditQuery query, long before, int limit) {
    AuditTable.Filter filter = query.filter(clock.instant());
    var _ = written.join();
    return store.read(tables -> tables.audit().page(filter, before, limit));
  }

  private void write(AuditTable.Act entry) {
    written =
        store
            .submit(tables -> {
              tables.audit().append(entry);
              return true;
            })
            .handle((_, failure) -> {
              if (failure != null) {
                later(entry, failure);
              }
              return failure == null;
            });
  }

  private void later(AuditTable.Act entry, Throwable failure) {
    if (closed || !passes(failure) || !waiting.offer(entry)) {
      DiskTrouble.log(log, "not in the audit log: " + entry, failure);
    }
  }

  /** Of an entry that may have been kept, nobody knows whether it would be there twice. */
  private static boolean passes(Throwable failure) {
    boolean away =
        failure instanceof StoreException store
            && (store.code().equals(StoreException.AWAY)
                || store.code().equals(StoreException.BUSY));
    return away || DiskTrouble.of(failure).isPresent();
  }

  /** Writes what was only counted so far. */
  @Override
  public void close() {
    closed = true;
    refusals.all(clock.instant()).forEach(this::write);
    repeated.all(clock.instant()).forEach(this::write);
    waiting.forEach(entry -> log.warn("not in the audit log: {}", entry));
  }
}
