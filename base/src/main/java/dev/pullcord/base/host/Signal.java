package dev.pullcord.base.host;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A flag that counts: raising it wakes whoever waits, and nobody's look at it takes it away from
 * another. A raise between two looks is never lost.
 */
public final class Signal {
  /** How late it is noticed, at most, that a wait has become pointless. */
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Object lock = new Object();
  private long count;

  /** How often it was raised. */
  public long count() {
    synchronized (lock) {
      return count;
    }
  }

  /** Raises it; returns at once, with the count that this raise made. */
  public long raise() {
    synchronized (lock) {
      count++;
      lock.notifyAll();
      return count;
    }
  }

  /** Waits for a count other than {@code seen}; an interrupt ends the wait and stays set. */
  public boolean await(long seen, Duration atMost) {
    return await(seen, atMost.toNanos());
  }

  /**
   * The same, but ends soon after {@code over} says so, which is asked every quarter of a second.
   *
   * @return whether it was raised; false when the time is over or the wait is pointless
   */
  public boolean await(long seen, Duration atMost, BooleanSupplier over) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!over.getAsBoolean()) {
      long left = Math.min(end - System.nanoTime(), LOOK.toNanos());
      if (left <= 0) {
        return false;
      }
      if (await(seen, left)) {
        return true;
      }
    }
    return false;
  }

  private boolean await(long seen, long nanos) {
    long end = System.nanoTime() + nanos;
    synchronized (lock) {
      while (count == seen) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        try {
          lock.wait(left / 1_000_000, (int) (left % 1_000_000));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return true;
        }
      }
      return true;
    }
  }
}
