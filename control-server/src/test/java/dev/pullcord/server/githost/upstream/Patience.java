package dev.pullcord.server.githost.upstream;

import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.pace.FetchLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** How long a test's transports wait. */
final class Patience {
  private static final long STEP = Duration.ofSeconds(5).toNanos();

  private Patience() {}

  /** So many seconds of silence, and the usual pace. */
  static RemoteTransports.Times ofSeconds(int silence, LongSupplier nanos) {
    FetchLimits usual = FetchLimits.USUAL;
    return new RemoteTransports.Times(
        () -> Instant.EPOCH,
        nanos,
        new FetchLimits(
            Duration.ofSeconds(silence), usual.window(), usual.leastBytes(), usual.total()));
  }

  /** Goes on by five seconds whenever somebody looks at it. */
  static LongSupplier slowClock() {
    AtomicLong now = new AtomicLong();
    return () -> now.addAndGet(STEP);
  }
}
