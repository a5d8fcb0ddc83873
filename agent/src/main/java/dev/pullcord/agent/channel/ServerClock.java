package dev.pullcord.agent.channel;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The server's clock, as well as it is known here: its time at the last contact, and from there on
 * a monotonic clock, so that a jump of this host's wall clock changes nothing while the agent runs.
 * Across a restart only the wall clock and its last known difference are left.
 */
final class ServerClock {
  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private Instant anchor;
  private long anchorNanos;

  /**
   * @param offset the server's clock minus this host's, as known before the start
   */
  ServerClock(InstantSource wall, LongSupplier nanoTime, Duration offset) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.anchor = wall.instant().plus(offset);
    this.anchorNanos = nanoTime.getAsLong();
  }

  synchronized void serverSays(Instant serverTime) {
    anchor = serverTime;
    anchorNanos = nanoTime.getAsLong();
  }

  synchronized Instant now() {
    return anchor.plusNanos(nanoTime.getAsLong() - anchorNanos);
  }

  Duration offset() {
    return Duration.between(wall.instant(), now());
  }
}
