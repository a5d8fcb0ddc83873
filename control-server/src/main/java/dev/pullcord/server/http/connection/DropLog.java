package dev.pullcord.server.http.connection;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the connections of a port that had to go, and says so at most once a minute. */
final class DropLog {
  private static final Logger LOG = LoggerFactory.getLogger(PortConnections.class);
  private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private final String port;
  private final ConnectionLimits limits;
  private final AtomicLong all = new AtomicLong();
  private volatile @Nullable String last;
  private long saidAt;
  private long said;

  DropLog(String port, ConnectionLimits limits, long now) {
    this.port = port;
    this.limits = limits;
    this.saidAt = now - EVERY_NANOS;
  }

  /** One more, of that address or caller. */
  void count(String who) {
    all.incrementAndGet();
    last = who;
  }

  /** How many since the start. */
  long all() {
    return all.get();
  }

  /** For one thread. */
  void say(long now) {
    long sum = all.get();
    if (sum == said || now - saidAt < EVERY_NANOS) {
      return;
    }
    LOG.warn(
        "{}: {} connections were closed that showed no credentials in time or were too many, the"
            + " last from {}; limits in server.yaml: strangers {}, strangers-per-address {},"
            + " connections {}",
        port,
        sum - said,
        last,
        limits.strangers(),
        limits.strangersPerAddress(),
        limits.open());
    saidAt = now;
    said = sum;
  }
}
