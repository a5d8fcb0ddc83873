package dev.pullcord.agent.main;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.Signal;
import dev.pullcord.base.host.SystemdNotify;
import dev.pullcord.base.host.Watchdog;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds systemd's watchdog as long as the loop does something. The loop looks around at least every
 * second while it waits and while a command runs, and what comes of a fetch counts too. Only an
 * export does not, so that a loop counts as stuck when it has done nothing for half an hour. The
 * system property {@code pullcord.stuck-after} says another number of seconds.
 */
final class LoopWatch {
  static final Duration STUCK_AFTER =
      Duration.ofSeconds(Long.getLong("pullcord.stuck-after", Duration.ofMinutes(30).toSeconds()));

  private static final Duration EVERY_MAX = Duration.ofSeconds(20);
  private static final Logger LOG = LoggerFactory.getLogger(LoopWatch.class);

  private final HostClock clock;
  private final LongSupplier turns;
  private long seen = -1;
  private long movedAt;

  LoopWatch(HostClock clock, LongSupplier turns) {
    this.clock = clock;
    this.turns = turns;
    this.movedAt = clock.nanos();
  }

  /** Begins, where systemd has a watchdog for this process. */
  static void start(HostClock clock, LongSupplier turns) {
    Watchdog.interval(System.getenv(Watchdog.VARIABLE), EVERY_MAX)
        .ifPresent(every -> {
          LoopWatch watch = new LoopWatch(clock, turns);
          LastingThreads.start("watchdog", () -> watch.run(every));
        });
  }

  private void run(Duration every) {
    Signal never = new Signal();
    while (true) {
      if (moves()) {
        SystemdNotify.alive(LOG::warn);
      } else {
        LOG.error(
            "the loop has done nothing for {} s; systemd is not told", STUCK_AFTER.toSeconds());
      }
      clock.await(never, never.count(), every);
    }
  }

  /** Whether the loop has done something lately. */
  boolean moves() {
    long now = turns.getAsLong();
    if (now != seen) {
      seen = now;
      movedAt = clock.nanos();
    }
    return clock.nanos() - movedAt < STUCK_AFTER.toNanos();
  }
}
