package dev.pullcord.demo.fleet;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for another process: looks every 20 ms until a deadline. */
public final class Waiting {
  private static final long PAUSE_NANOS = 20_000_000;

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
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }
}
