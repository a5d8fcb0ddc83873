package dev.pullcord.server.host;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.server.store.DiskTrouble;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's periodic work on one thread, by the monotonic clock: a jump of the wall clock
 * neither stops it nor makes it run hot. A task that fails is logged and runs again next time.
 */
public final class Timers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Timers.class);

  private final Map<String, String> said = new ConcurrentHashMap<>();
  private final ScheduledExecutorService executor = LastingThreads.timer("timers", 1);

  /** Runs the task for the first time after the period, then again that long after each end. */
  public void every(Duration period, String name, Runnable task) {
    every(period, List.of(new Part(name, task)));
  }

  /** The same with several parts, one after the other: one that fails keeps none from its turn. */
  public void every(Duration period, List<Part> parts) {
    long millis = period.toMillis();
    var unused =
        executor.scheduleWithFixedDelay(
            () -> parts.forEach(part -> guarded(period, part)),
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }

  /**
   * Runs the parts once, now. One that fails is one that also comes with the period, which it waits
   * for; it is said then only if it fails in another way.
   */
  public void now(Duration period, List<Part> parts) {
    parts.forEach(part -> guarded(period, part));
  }

  /**
   * A part of what is done at the same time.
   *
   * @param name for the log
   * @param task what is done
   */
  public record Part(String name, Runnable task) {}

  private void guarded(Duration period, Part part) {
    try {
      part.task().run();
      said.remove(part.name());
    } catch (RuntimeException e) {
      // A disk that is full stays so for hours: the same words are said once.
      if (!e.toString().equals(said.put(part.name(), e.toString()))) {
        DiskTrouble.log(
            log, "timer " + part.name() + " failed, again in " + period.toSeconds() + " s", e);
      }
    }
  }

  /** Ends after the task that is running. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(2, TimeUnit.SECONDS)) {
        log.warn("a timer is still running");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
