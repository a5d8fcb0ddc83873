package dev.pullcord.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that stands still until a test moves it. It is a wall clock ({@link #instant()}) and a
 * monotonic one ({@link #nanos()}) in one; only {@link #jump(Duration)} lets the two disagree, as a
 * host does when its clock is set. Safe for use from several threads.
 */
public final class ManualClock implements InstantSource {
  private Instant now;
  private long nanos;

  /** A clock that shows this time, with a monotonic reading that means nothing by itself. */
  public ManualClock(Instant start) {
    this.now = start;
    this.nanos = 1_000_000_000L;
  }

  /** A clock that shows 2026-01-01T00:00:00Z. */
  public static ManualClock atNewYear() {
    return new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  /** The monotonic reading in nanoseconds. */
  public synchronized long nanos() {
    return nanos;
  }

  /** Lets time pass on both clocks; a negative duration is refused. */
  public synchronized void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not run backwards: " + by + "; use jump");
    }
    now = now.plus(by);
    nanos += by.toNanos();
  }

  /** Sets the wall clock forward or back, as an operator or NTP does; no time passes. */
  public synchronized void jump(Duration by) {
    now = now.plus(by);
  }
}
