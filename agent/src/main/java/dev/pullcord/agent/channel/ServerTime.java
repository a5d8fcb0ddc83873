package dev.pullcord.agent.channel;

import dev.pullcord.agent.host.HostClock;
import java.time.Duration;
import java.time.Instant;

/**
 * The server's clock, as well as it is known here: its time at the last contact, and from there on
 * a monotonic clock, so that a jump of this host's wall clock changes nothing while the agent runs.
 * Across a restart only the wall clock and its last known difference are left. A time that no clock
 * has is taken for the nearest that one may have.
 */
final class ServerTime {
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private final HostClock host;
  private Instant anchor;
  private long anchorNanos;

  /**
   * @param offset the server's clock minus this host's, as known before the start
   */
  ServerTime(HostClock host, Duration offset) {
    this.host = host;
    this.anchor = host.now().plus(offset);
    this.anchorNanos = host.nanos();
  }

  synchronized void serverSays(Instant serverTime) {
    anchor =
        serverTime.isBefore(EARLIEST) ? EARLIEST : serverTime.isAfter(LATEST) ? LATEST : serverTime;
    anchorNanos = host.nanos();
  }

  synchronized Instant now() {
    return anchor.plusNanos(host.nanos() - anchorNanos);
  }

  Duration offset() {
    return Duration.between(host.now(), now());
  }
}
