package dev.pullcord.agent.main;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.LastingThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls small things every second, by the monotonic clock, and closes what was opened for them.
 * Three threads: two of the calls may hang in the network, at a server that the third one leaves.
 */
final class Ticker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
  private static final Duration END = Duration.ofSeconds(3);
  private final ScheduledExecutorService executor = LastingThreads.timer("tick", 3);
  private final List<AutoCloseable> afterwards = new ArrayList<>();
  private final List<ScheduledFuture<?>> ticks = new ArrayList<>();

  synchronized void everySecond(Runnable task) {
    ticks.add(executor.scheduleWithFixedDelay(() -> guarded(task), 1, 1, TimeUnit.SECONDS));
  }

  /** Once, at once, beside everything else. */
  void soon(Runnable task) {
    executor.execute(() -> guarded(task));
  }

  synchronized void closeAfterwards(AutoCloseable resource) {
    afterwards.add(resource);
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      // An exception that got out would silently end the ticking.
      LOG.error("this is a bug; going on", e);
    }
  }

  /** After {@link #close}: waits a little for what still runs, which may write to the directory. */
  void awaitEnd() {
    try {
      if (!executor.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("something still runs {} s after it was asked to end", END.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void close() {
    executor.shutdownNow();
    for (AutoCloseable resource : afterwards) {
      try {
        resource.close();
      } catch (Exception e) {
        LOG.warn("could not be closed in order: {}", FileFault.of(e));
      }
    }
  }
}
