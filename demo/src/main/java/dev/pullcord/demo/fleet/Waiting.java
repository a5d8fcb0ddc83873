package dev.pullcord.demo.fleet;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for another process: looks every 20 ms until a deadline, and less often where it takes long
 * or a look does, so that the looks leave the cores to what is waited for.
 */
public final class Waiting {
  private static final long PAUSE_NANOS = 20_000_000;
  private static final long LONGEST_PAUSE_NANOS = 250_000_000;

  /** A pause is this part of what was waited already, where that is more. */
  private static final int PART = 20;

  private Waiting() {}

  /**
   * Returns once the condition holds.
   *
   * @throws IllegalStateException at the deadline, saying what was waited for
   */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    if (!holds(limit, condition)) {
      throw new IllegalStateException("not within " + limit.toSeconds() + " s: " + what);
    }
  }

  /** Whether the condition came to hold in time. */
  public static boolean holds(Duration limit, BooleanSupplier condition) {
    long from = System.nanoTime();
    long began = from;
    while (!condition.getAsBoolean()) {
      long now = System.nanoTime();
      if (now - from >= limit.toNanos() || Thread.currentThread().isInterrupted()) {
        return false;
      }
      long ofALongWait = Math.min((now - from) / PART, LONGEST_PAUSE_NANOS);
      long ofALongLook = Math.min(2 * (now - began), LONGEST_PAUSE_NANOS);
      LockSupport.parkNanos(Math.max(PAUSE_NANOS, Math.max(ofALongWait, ofALongLook)));
      began = System.nanoTime();
    }
    return true;
  }
}
