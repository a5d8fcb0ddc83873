package dev.pullcord.server.dashboard;

import dev.pullcord.server.fleet.FleetReader;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the fleet's changes into fragments, once for all browsers: it reads and writes the page
 * only while somebody watches, at most five times a second (every two seconds for a large fleet),
 * and looks by itself now and then, so that a lost call of the fleet costs seconds and nothing
 * else. A reader that fails is logged and asked again; the last fragment stands meanwhile.
 */
final class FleetFeed implements AutoCloseable {
  static final Duration PACE = Duration.ofMillis(200);
  static final Duration PACE_LARGE = Duration.ofSeconds(2);
  static final Duration REFRESH = Duration.ofSeconds(15);
  static final Duration REFRESH_LARGE = Duration.ofSeconds(60);
  static final int LARGE = 500;

  private static final Logger log = LoggerFactory.getLogger(FleetFeed.class);

  private final Supplier<FleetModel> read;
  private final Function<FleetModel, String> write;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Condition published = lock.newCondition();
  private final FleetReader.Subscription subscription;
  private @Nullable Fragment current;
  private long sequence;
  private long lookedAt;
  private long wakes;
  private int watchers;
  private boolean changed;
  private boolean closed;

  /**
   * What browsers put into their page.
   *
   * @param sequence counts up with every one that differs
   */
  record Fragment(long sequence, FleetModel model, String html) {}

  /**
   * A feed that is still to be started.
   *
   * @param write a fragment's HTML
   * @param nanos a monotonic clock
   */
  FleetFeed(
      FleetReader reader,
      Supplier<FleetModel> read,
      Function<FleetModel, String> write,
      LongSupplier nanos) {
    this.read = read;
    this.write = write;
    this.nanos = nanos;
    this.subscription = reader.subscribe(_ -> changed());
  }

  /** Starts the thread that turns. */
  void start() {
    Thread.ofPlatform().name("dashboard-feed").daemon().start(this::run);
  }

  /** Somebody watches from now on; what it is given first is not older than this call. */
  void enter() {
    locked(() -> {
      if (watchers++ == 0) {
        current = null;
        changed = true;
      }
    });
  }

  /** And no longer. */
  void leave() {
    locked(() -> {
      watchers--;
    });
  }

  /** Lets everybody who waits look around: a session has ended, say. */
  void wake() {
    locked(() -> {
      wakes++;
      published.signalAll();
    });
  }

  /** The newest fragment once it is newer than {@code after}; null when woken or out of time. */
  @Nullable Fragment await(long after, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long call = wakes;
      long left = atMost.toNanos();
      while (!closed && call == wakes && left > 0 && !newer(after)) {
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
    boolean large = current != null && current.model().nodes().size() > LARGE;
    Duration pace = changed ? (large ? PACE_LARGE : PACE) : (large ? REFRESH_LARGE : REFRESH);
    Duration wait = pace.minusNanos(nanos.getAsLong() - lookedAt);
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  private void look() {
    Fragment before = ask(() -> current);
    Fragment next = before;
    try {
      FleetModel model = read.get();
      if (before == null || !before.model().equals(model)) {
        next = new Fragment(ask(() -> ++sequence), model, write.apply(model));
      }
    } catch (RuntimeException e) {
      log.warn("the dashboard could not read the fleet; trying again", e);
    }
    Fragment found = next;
    locked(() -> {
      current = found;
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
