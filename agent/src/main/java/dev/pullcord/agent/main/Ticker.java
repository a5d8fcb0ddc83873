package dev.pullcord.agent.main;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.LastingThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls small things every second, by the monotonic clock, and closes what was opened for them. One
 * thread wakes for all of them, because a host's agent rests nearly all the time. What may hang in
 * the network or at a disk runs beside it, and only when there is something to do: each of these
 * calls may hang, at a server that one of the others leaves.
 */
final class Ticker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
  private static final Duration END = Duration.ofSeconds(3);
  private final ScheduledExecutorService timer = LastingThreads.timer("tick", 1);

  /** As many as there are things that may hang at once. */
  private final ExecutorService beside = LastingThreads.pool("beside", 6);

  private final List<AutoCloseable> afterwards = new ArrayList<>();
  private final List<Runnable> calls = new CopyOnWriteArrayList<>();

  Ticker() {
    this(Duration.ofSeconds(1));
  }

  Ticker(Duration every) {
    long nanos = every.toNanos();
    var unused =
        timer.scheduleWithFixedDelay(
            () -> calls.forEach(Ticker::guarded), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Something that waits for nobody. */
  void everySecond(Runnable task) {
    calls.add(task);
  }

  /**
   * Something that may hang: it runs beside all others, and is not begun again while it runs.
   *
   * @param due whether there is something to do; asked every second
   */
  void everySecond(BooleanSupplier due, Runnable task) {
    AtomicBoolean runs = new AtomicBoolean();
    calls.add(() -> {
      if (due.getAsBoolean() && runs.compareAndSet(false, true)) {
        soon(() -> {
          try {
            task.run();
          } finally {
            runs.set(false);
          }
        });
      }
    });
  }

  /** Once, at once, beside everything else. */
  void soon(Runnable task) {
    try {
      beside.execute(() -> guarded(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("not begun, since this agent ends", e);
    }
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
      if (!beside.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS)
          || !timer.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("something still runs {} s after it was asked to end", END.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void close() {
    timer.shutdownNow();
    beside.shutdownNow();
    for (AutoCloseable resource : afterwards) {
      try {
        resource.close();
      } catch (Exception e) {
        LOG.warn("could not be closed in order: {}", FileFault.of(e));
      }
    }
  }
}
