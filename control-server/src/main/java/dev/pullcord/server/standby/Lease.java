package dev.pullcord.server.standby;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.postgres.PostgresTurn;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the lease of the active server, and knows when it is over: another one may be active then,
 * so that nobody is told any more what this one remembers. A renewal is a write like any other, so
 * a server that cannot write keeps no lease. It counts from before it was asked for, by a clock of
 * this machine that goes on while the process is paused: here the lease is over before another
 * server can find that it is.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final Store store;
  private final LongSupplier nanos;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile long renewedAt;
  private volatile Runnable lost = () -> {};
  private CompletableFuture<Void> asked = CompletableFuture.completedFuture(null);
  private boolean held = true;

  /** The lease of a store that was just taken. */
  Lease(Store store, LongSupplier nanos) {
    this.store = store;
    this.nanos = nanos;
    this.renewedAt = nanos.getAsLong();
  }

  /** The same, which renews itself until it is closed. */
  public static Lease begin(Store store) {
    Lease lease = new Lease(store, System::nanoTime);
    LastingThreads.start("lease", lease::run);
    return lease;
  }

  /** Whether this server is certain to be the active one. */
  public boolean holds() {
    return nanos.getAsLong() - renewedAt < PostgresTurn.LEASE.toNanos();
  }

  /** Has this done each time when the lease is over. */
  public void whenLost(Runnable task) {
    lost = task;
  }

  private void run() {
    try {
      do {
        turn();
      } while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks for a renewal, unless the one before is still under way. */
  void turn() {
    boolean holds = holds();
    if (held && !holds) {
      LOG.error("the lease could not be renewed for {} s", PostgresTurn.LEASE.toSeconds());
      lost.run();
    } else if (!held && holds) {
      LOG.info("the lease is renewed again");
    }
    held = holds;
    if (asked.isDone()) {
      long now = nanos.getAsLong();
      asked =
          store
              .submit(_ -> true)
              .handle((_, failure) -> {
                if (failure == null) {
                  renewedAt = now;
                }
                return null;
              });
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
