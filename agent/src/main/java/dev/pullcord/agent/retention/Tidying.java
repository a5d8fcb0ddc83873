package dev.pullcord.agent.retention;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears away what has become obsolete. That it cannot is no fault of a commit: it is logged. */
public final class Tidying {
  private static final Logger LOG = LoggerFactory.getLogger(Tidying.class);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration AFTER_A_PLAN = Duration.ofMinutes(2);

  private final ReleaseCollector collector;
  private final HostClock clock;
  private long dueAt;

  /** With that clock. */
  public Tidying(ReleaseCollector collector, HostClock clock) {
    this.collector = collector;
    this.clock = clock;
    this.dueAt = clock.nanos();
  }

  /**
   * After a pass: at once when it applied a plan, then once more, when it is known which tasks run,
   * and every hour otherwise.
   */
  public void after(boolean applied) {
    if (!applied && clock.nanos() - dueAt < 0) {
      return;
    }
    dueAt = clock.nanos() + (applied ? AFTER_A_PLAN : EVERY).toNanos();
    try {
      collector.collect(clock.now());
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("what is obsolete could not be cleared away: {}", FileFault.of(e));
    }
  }
}
