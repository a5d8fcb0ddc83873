package dev.pullcord.server.store.sql;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes what has gathered, at most {@link #MAX_BATCH} tasks, into
 * one transaction, each within a savepoint of its own, commits, and only then tells anyone.
 *
 * <p>What a failure leaves behind: a task that throws is rolled back to its savepoint, the others
 * go on. A commit that fails, or a connection that does, fails all tasks of the batch and keeps
 * none. A kill before the commit keeps none either, and none was acknowledged. Of a commit whose
 * answer did not come nobody is told that it was kept; when the connection is back and it was, what
 * follows it is run. An error that is no exception ends this thread, and with it the process, and
 * so does another server that has taken over the store.
 */
final class Writer {
  static final int MAX_BATCH = 500;
  static final int MAX_WAITING = 20_000;
  private static final Logger log = LoggerFactory.getLogger(Writer.class);
  private static final long STOP_TIMEOUT_SECONDS = 8;

  private final WriteEngine engine;
  private final SqlReports.Turns turns = new SqlReports.Turns();
  private final BlockingQueue<Pending<?>> queue = new LinkedBlockingQueue<>(MAX_WAITING);
  private final Thread thread;
  private volatile boolean stopping;
  private volatile @Nullable StoreException taken;
  private List<Pending<?>> unknown = List.of();
  private String lastTrouble = "";

  Writer(WriteEngine engine) {
    this.engine = engine;
    this.thread = LastingThreads.start("store-writer", this::writeUntilStopped);
  }

  <T extends @Nullable Object> CompletableFuture<T> submit(Store.Task<T> task) {
    Pending<T> pending = new Pending<>(task);
    StoreException over = taken;
    if (over != null) {
      pending.fail(over);
    } else if (stopping) {
      pending.fail(new StoreException("DB_CLOSED", "the store is closing; nothing was written"));
    } else if (!queue.offer(pending)) {
      pending.fail(
          new StoreException(
              "DB_BUSY", MAX_WAITING + " writes are waiting for the disk; try again later"));
    }
    return pending.done;
  }

  private void writeUntilStopped() {
    List<Pending<?>> batch = new ArrayList<>(MAX_BATCH);
    while (!stopping || !queue.isEmpty()) {
      try {
        Pending<?> first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, MAX_BATCH - 1);
        }
        if (first != null || !unknown.isEmpty()) {
          writeAll(batch);
        }
      } catch (InterruptedException e) {
        stopping = true;
      } finally {
        batch.clear();
      }
    }
  }

  private void writeAll(List<Pending<?>> batch) {
    try {
      Handle handle = engine.begin();
      settleUnknown();
      batch.forEach(p -> p.run(new SqlTables(handle, turns), handle, engine));
      engine.commit();
    } catch (RuntimeException | Error e) {
      engine.rollback();
      StoreException failure = failure(batch.size(), e);
      if (failure.code().equals(StoreException.UNKNOWN)) {
        unknown = List.copyOf(batch);
      }
      batch.forEach(p -> p.fail(failure));
      if (e instanceof Error broken) {
        throw broken;
      }
      if (failure.code().equals(StoreException.TAKEN)) {
        taken = failure;
        queue.forEach(p -> p.fail(failure));
        throw new IllegalStateException(failure.getMessage(), failure);
      }
      return;
    }
    lastTrouble = "";
    batch.forEach(Pending::acknowledge);
  }

  /** What follows a commit is run also when only now it is known that there was one. */
  private void settleUnknown() {
    if (!unknown.isEmpty()) {
      boolean kept = engine.keptUnknown();
      log.warn(
          "{} writes whose outcome was unknown {} kept", unknown.size(), kept ? "are" : "are not");
      if (kept) {
        unknown.forEach(Pending::acknowledge);
      }
      unknown = List.of();
    }
  }

  private StoreException failure(int writes, Throwable e) {
    if (e instanceof RuntimeException failed
        && engine.explained(failed) instanceof StoreException known) {
      if (!known.code().equals(lastTrouble)) {
        log.error(
            "{}  a batch of {} writes is not acknowledged: {}",
            known.code(),
            writes,
            known.getMessage());
      }
      lastTrouble = known.code();
      return known;
    }
    log.error("a batch of {} writes failed; none of it is kept", writes, e);
    return new StoreException("DB_WRITE", "the store could not be written: " + e.getMessage(), e);
  }

  /** Ends after what was submitted is written. */
  void stop() {
    stopping = true;
    try {
      if (!thread.join(java.time.Duration.ofSeconds(STOP_TIMEOUT_SECONDS))) {
        log.warn("the writer did not end within {} s", STOP_TIMEOUT_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A task, what came of it, and who waits for it. */
  private static final class Pending<T extends @Nullable Object> {
    private static final String SAVEPOINT = "task";

    private final Store.Task<T> task;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private @Nullable Outcome<T> outcome;

    Pending(Store.Task<T> task) {
      this.task = task;
    }

    void run(SqlTables tables, Handle handle, WriteEngine engine) {
      handle.savepoint(SAVEPOINT);
      try {
        T value = task.run(tables);
        handle.releaseSavepoint(SAVEPOINT);
        outcome = new Outcome<>(value, tables.afterCommit());
      } catch (RuntimeException e) {
        RuntimeException why = engine.explained(e);
        if (!why.equals(e)) {
          throw why; // the database may have ended the whole transaction by itself
        }
        handle.rollbackToSavepoint(SAVEPOINT);
        fail(e);
      }
    }

    void acknowledge() {
      Outcome<T> known = outcome;
      if (known == null) {
        return;
      }
      for (Runnable action : known.afterCommit) {
        try {
          action.run();
        } catch (RuntimeException e) {
          log.error("what follows a commit failed; the commit stands", e);
        }
      }
      done.complete(known.value);
    }

    void fail(RuntimeException e) {
      done.completeExceptionally(e);
    }
  }

  private record Outcome<T extends @Nullable Object>(T value, List<Runnable> afterCommit) {}
}
