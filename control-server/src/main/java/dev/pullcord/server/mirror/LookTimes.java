package dev.pullcord.server.mirror;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Decides when to look at the upstream: after each interval, a tenth more or less; after failures
 * the interval doubles up to ten minutes, and is never shorter than the upstream asks. Goes by a
 * clock that only goes forward. One thread looks; others may ask whether it is time.
 */
final class LookTimes {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int DOUBLINGS_MAX = 10;

  private final Duration every;
  private final RandomGenerator random;
  private int failures;
  private volatile long due;
  private volatile long barredUntil;

  /**
   * Times.
   *
   * @param every from one look to the next, on average
   * @param now in nanoseconds; the first look is due at once
   */
  LookTimes(Duration every, RandomGenerator random, long now) {
    this.every = every;
    this.random = random;
    this.due = now;
    this.barredUntil = now;
  }

  boolean due(long now) {
    return now - due >= 0;
  }

  /** Whether the upstream asked to be left alone; its own webhook is no reason then either. */
  boolean barred(long now) {
    return now - barredUntil < 0;
  }

  void succeeded(long now) {
    failures = 0;
    due = now + jittered(every).toNanos();
  }

  void failed(long now, Duration atLeast) {
    failures = Math.min(failures + 1, DOUBLINGS_MAX);
    Duration longest = every.compareTo(LONGEST) > 0 ? every : LONGEST;
    Duration doubled = every.multipliedBy(1L << (failures - 1));
    Duration wait = jittered(doubled.compareTo(longest) > 0 ? longest : doubled);
    // Not before the upstream wants it, and not at the same moment as everybody who was told so.
    Duration asked = atLeast.plusMillis(random.nextLong(atLeast.toMillis() / 10 + 1));
    due = now + (wait.compareTo(asked) > 0 ? wait : asked).toNanos();
    barredUntil = now + asked.toNanos();
  }

  private Duration jittered(Duration time) {
    return Duration.ofMillis((long) (time.toMillis() * (0.9 + 0.2 * random.nextDouble())));
  }
}
