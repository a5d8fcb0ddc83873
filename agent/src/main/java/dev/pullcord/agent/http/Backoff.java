package dev.pullcord.agent.http;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: anything up to a bound that doubles from 0.5 s to 60 s. The
 * full jitter spreads a fleet that lost its server at one moment. Not for use by several threads.
 */
public final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LAST = Duration.ofSeconds(60);
  private final RandomGenerator random;
  private Duration bound = FIRST;

  /**
   * @param random decides where below the bound
   */
  public Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The wait before the next try; the one after may be twice as long. */
  public Duration next() {
    return upTo(LAST);
  }

  private Duration upTo(Duration last) {
    bound = bound.compareTo(last) > 0 ? last : bound;
    Duration wait = Duration.ofMillis(random.nextLong(bound.toMillis() + 1));
    Duration doubled = bound.multipliedBy(2);
    bound = doubled.compareTo(LAST) > 0 ? LAST : doubled;
    return wait;
  }

  /**
   * The same, and not before that time is over; who was told the same time does not come at once.
   */
  public Duration next(Duration atLeast) {
    return next(atLeast, LAST);
  }

  /** The same, where the bound grows to no more than that. */
  public Duration next(Duration atLeast, Duration last) {
    long jitter = random.nextLong(atLeast.toMillis() / 2 + 1);
    return atLeast.plusMillis(jitter).plus(upTo(last));
  }

  /** After a success, or when there is reason to hope. */
  public void reset() {
    bound = FIRST;
  }
}
