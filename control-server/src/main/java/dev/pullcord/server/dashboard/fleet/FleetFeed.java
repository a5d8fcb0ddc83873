package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.server.fleet.FleetChange;
import dev.pullcord.server.view.FleetReader;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the fleet's changes into editions of the page, once for all browsers: it reads the fleet
 * only while somebody watches, at most five times a second (twice for a large fleet), and looks by
 * itself now and then, so that a lost call of the fleet costs seconds and nothing else. A reader
 * that fails is logged and asked again; until it answers, nobody is to be told that he sees the
 * fleet as it is.
 */
final class FleetFeed implements AutoCloseable {
  static final Duration PACE = Duration.ofMillis(200);
  static final Duration PACE_LARGE = Duration.ofMillis(500);
  static final Duration REFRESH = Duration.ofSeconds(15);
  static final Duration REFRESH_LARGE = Duration.ofSeconds(60);
  static final Duration RETRY = Duration.ofSeconds(1);
  static final int LARGE = 500;

  private static final Logger log = LoggerFactory.getLogger(FleetFeed.class);

  private final Supplier<FleetSheet> read;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Condition published = lock.newCondition();
  private final FleetChange.Subscription subscription;
  private @Nullable Edition current;
  private long sequence;
  private long lookedAt;
  private long wakes;
  private int watchers;
  private boolean changed;
  private boolean failed;
  private boolean closed;

  /**
   * The page at one moment.
   *
   * @param sequence counts up with every one that differs
   * @param mark of the model
   */
  record Edition(long sequence, FleetSheet model, String mark) {
    /** Whether it is too large to be read for every page that is asked for. */
    boolean large() {
      return model.nodes().size() > LARGE;
    }
  }

  /**
   * A feed that is still to be started.
   *
   * @param nanos a monotonic clock
   */
  FleetFeed(FleetReader reader, Supplier<FleetSheet> read, LongSupplier nanos) {
    this.read = read;
    this.nanos = nanos;
    this.subscription = reader.subscribe(_ -> changed());
  }

  /** Starts the thread that turns. */
  void start() {
    LastingThreads.start("dashboard-feed", this::run);
  }

  /** Somebody watches from now on; what it is given first is not older than this call. */
  void enter() {
    locked(() -> {
      if (watchers++ == 0) {
        current = null;
        changed = true;
        failed = false;
      }
    });
  }

  /** And no longer. */
  void leave() {
    locked(() -> {
      watchers--;
    });
  }

  /**
   * The newest edition of a large fleet, when it is young enough to answer with; else null, and the
   * fleet has to be read. So many browsers that come back at once cost one reading.
   */
  @Nullable Edition recent() {
    return ask(() -> {
      if (current == null || watchers == 0 || failed || !current.large()) {
        return null;
      }
      boolean young = nanos.getAsLong() - lookedAt < PACE_LARGE.toNanos();
      return young || !changed ? current : null;
    });
  }

  /** Whether the fleet could be read when that was last tried. */
  boolean knows() {
    return ask(() -> !failed);
  }

  /** Lets everybody who waits look around: a session has ended, say. */
  void wake() {
    locked(() -> {
      wakes++;
      published.signalAll();
    });
  }

  /** The newest edition once it is newer than {@code after}; null when woken or out of time. */
  @Nullable Edition await(long after, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long call = wakes;
      long left = atMost.toNanos();
      while (!closed && !failed && call == wakes && left > 0 && !newer(after)) {
        left = published.awaitNanos(left);
      }
      return newer(after) ? current : null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reads and writes if it is time to.
   *
   * @return how long until it may be time again, unless something changes before
   */
  Duration turn() {
    lock.lock();
    try {
      Duration wait = untilDue();
      if (!wait.isZero()) {
        return wait;
      }
      changed = false;
    } finally {
      lock.unlock();
    }
    look();
    return Duration.ZERO;
  }

  private Duration untilDue() {
    if (watchers == 0 || closed) {
      return REFRESH_LARGE;
    }
    if (current == null && changed) {
      return Duration.ZERO;
    }
    boolean large = current != null && current.large();
    Duration pace = changed ? (large ? PACE_LARGE : PACE) : (large ? REFRESH_LARGE : REFRESH);
    pace = failed && pace.compareTo(RETRY) > 0 ? RETRY : pace;
    Duration wait = pace.minusNanos(nanos.getAsLong() - lookedAt);
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  private void look() {
    Edition before = ask(() -> current);
    Edition next = before;
    boolean known = false;
    try {
      FleetSheet model = read.get();
      known = true;
      if (before == null || !before.model().equals(model)) {
        next = new Edition(ask(() -> ++sequence), model, model.mark());
      }
    } catch (RuntimeException e) {
      log.warn("the dashboard could not read the fleet; trying again", e);
    }
    Edition found = next;
    boolean missed = !known;
    locked(() -> {
      current = found;
      failed = missed;
      lookedAt = nanos.getAsLong();
      published.signalAll();
    });
  }

  private void run() {
    try {
      while (!ask(() -> closed)) {
        turn();
        lock.lock();
        try {
          Duration left = untilDue();
          if (!closed && !left.isZero()) {
            moved.await(left.toNanos(), TimeUnit.NANOSECONDS);
          }
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void changed() {
    locked(() -> {
      changed = true;
    });
  }

  private boolean newer(long after) {
    return current != null && current.sequence() > after;
  }

  private void locked(Runnable act) {
    lock.lock();
    try {
      act.run();
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private <T extends @Nullable Object> T ask(Supplier<T> act) {
    lock.lock();
    try {
      return act.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    subscription.close();
    locked(() -> {
      closed = true;
      published.signalAll();
    });
  }
}
