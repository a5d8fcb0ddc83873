package dev.pullcord.systemtests.promises;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.Signal;
import dev.pullcord.systemtests.promises.disk.Killed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * The clocks of one host: a wall clock that is wrong and jumps, and a monotonic one that drifts.
 */
final class SeededClock implements HostClock, InstantSource {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long DAY_MS = Duration.ofDays(1).toMillis();

  private final SeededWorld world;
  private final double rate;
  private final long begin;
  private Duration skew;
  private Duration least;
  private Duration most;
  private BooleanSupplier dead = () -> false;

  /** Wrong by up to a day. */
  SeededClock(SeededWorld world) {
    this.world = world;
    this.rate = 1 + (world.random.nextDouble() - 0.5) * 2e-4;
    this.begin = world.between(0, 1L << 50);
    this.skew = drawn();
    this.least = skew;
    this.most = skew;
  }

  private Duration drawn() {
    return world.chance(3) ? Duration.ZERO : Duration.ofMillis(world.between(-DAY_MS, DAY_MS));
  }

  /** Whoever waits is told by this that it was killed meanwhile. */
  void deadWhen(BooleanSupplier killed) {
    dead = killed;
  }

  void jump() {
    skew = drawn();
    least = least.compareTo(skew) < 0 ? least : skew;
    most = most.compareTo(skew) > 0 ? most : skew;
  }

  /** The least and the most that it was wrong by. */
  Duration least() {
    return least;
  }

  Duration most() {
    return most;
  }

  /** How far it has jumped at most. */
  Duration range() {
    return most.minus(least);
  }

  private long local() {
    return (long) (world.now() * rate);
  }

  @Override
  public Instant now() {
    return START.plus(skew).plusNanos(local());
  }

  @Override
  public Instant instant() {
    return now();
  }

  @Override
  public long nanos() {
    return begin + local();
  }

  @Override
  public boolean await(Signal signal, long seen, Duration atMost) {
    long end = world.now() + atMost.toNanos();
    while (signal.count() == seen && world.now() < end) {
      if (world.isOver()) {
        throw new Killed("the world is over");
      }
      world.next(end);
      if (dead.getAsBoolean()) {
        throw new Killed("while it waited");
      }
    }
    return signal.count() != seen;
  }
}
