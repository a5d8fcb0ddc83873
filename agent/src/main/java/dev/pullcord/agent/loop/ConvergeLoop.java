package dev.pullcord.agent.loop;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.stage.ReleaseCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one loop. Whatever happens raises a signal; this thread runs a whole pass for it, and one
 * every 15 s without any, so that a wake-up that is lost costs time and nothing else. A trigger
 * that comes during a pass causes another one.
 */
final class ConvergeLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ConvergeLoop.class);
  private static final Duration TICK = Duration.ofSeconds(15);
  private static final Duration COLLECT_EVERY = Duration.ofHours(1);

  private final ConvergePass pass;
  private final ReleaseCollector collector;
  private final Interruptions interruptions;
  private final HostClock clock;
  private volatile long served;
  private long collectAt;

  ConvergeLoop(
      ConvergePass pass, ReleaseCollector collector, Interruptions interruptions, HostClock clock) {
    this.pass = pass;
    this.collector = collector;
    this.interruptions = interruptions;
    this.clock = clock;
    this.collectAt = clock.nanos();
  }

  @Override
  public void run() {
    while (!interruptions.stopping()) {
      long seen = interruptions.signal().count();
      Duration wait = TICK;
      try {
        once();
        wait = pass.wakeIn().filter(due -> due.compareTo(TICK) < 0).orElse(TICK);
      } catch (RuntimeException e) {
        // A bug of ours must not end the loop: the workers run on and the next pass tries again.
        LOG.error("a pass ended with an error of the agent itself", e);
      }
      served = seen;
      if (!interruptions.stopping()) {
        clock.await(interruptions.signal(), seen, wait);
      }
    }
  }

  /** Whether a pass that began after this raise has ended. */
  boolean served(long raise) {
    return served >= raise;
  }

  /** A pass, and what is to be tidied up after it. */
  PassResult once() {
    PassResult result = pass.run();
    if (pass.applied() || clock.nanos() - collectAt >= 0) {
      collectAt = clock.nanos() + COLLECT_EVERY.toNanos();
      try {
        collector.collect(clock.now());
      } catch (IOException | UncheckedIOException e) {
        LOG.warn("what is obsolete could not be cleared away: {}", e.toString());
      }
    }
    return result;
  }
}
