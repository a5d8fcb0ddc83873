package dev.pullcord.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The one way in which a system test waits for another process: asks again every 20 ms until a
 * deadline, and says at the deadline what it last saw. Waiting leaves the cores to what is waited
 * for: the pause after a look is twice as long as the look, which may start programs, and a
 * twentieth of what was waited already, at most a quarter of a second. Unit tests crank their loop
 * by hand instead.
 */
public final class Eventually {
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_OF_A_LONG_WAIT = Duration.ofMillis(250);

  private final Duration limit;

  private Eventually(Duration limit) {
    this.limit = limit;
  }

  /** Waits for at most that long. */
  public static Eventually within(Duration limit) {
    return new Eventually(limit);
  }

  /** What can be asked again and again; an exception counts as "not yet". */
  @FunctionalInterface
  public interface Probe<T> {
    /** Looks once. */
    T look() throws Exception;
  }

  /** What can be asserted again and again; any failure counts as "not yet". */
  @FunctionalInterface
  public interface Assertion {
    /** Asserts once. */
    void check() throws Exception;
  }

  /**
   * Waits until the value is as wanted and returns it.
   *
   * @throws AssertionError at the deadline, with the last value or exception
   */
  public <T> T until(String what, Probe<T> probe, Predicate<? super T> wanted) {
    long from = System.nanoTime();
    long deadline = from + limit.toNanos();
    while (true) {
      long began = System.nanoTime();
      String seen;
      Throwable cause = null;
      try {
        T value = probe.look();
        if (wanted.test(value)) {
          return value;
        }
        seen = "last seen: " + value;
      } catch (Exception | AssertionError e) {
        seen = "last failure: " + e.getMessage();
        cause = e;
      }
      long now = System.nanoTime();
      if (now - deadline >= 0) {
        throw new AssertionError("not within " + limit + ": " + what + "; " + seen, cause);
      }
      pause(what, Math.max(2 * (now - began), ofALongWait(now - from)));
    }
  }

  /** Waits until the condition holds. */
  public void isTrue(String what, BooleanSupplier condition) {
    until(what, condition::getAsBoolean, held -> held);
  }

  /** Waits until the assertion passes. */
  public void passes(String what, Assertion assertion) {
    until(
        what,
        () -> {
          assertion.check();
          return true;
        },
        held -> held);
  }

  private static long ofALongWait(long waitedNanos) {
    return Math.min(waitedNanos / 20, LONGEST_OF_A_LONG_WAIT.toNanos());
  }

  private static void pause(String what, long nanos) {
    LockSupport.parkNanos(Math.clamp(nanos, PAUSE.toNanos(), LONGEST_PAUSE.toNanos()));
    if (Thread.interrupted()) {
      throw new AssertionError("interrupted while waiting: " + what);
    }
  }
}
