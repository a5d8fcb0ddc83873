package dev.pullcord.server;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.base.host.SystemdNotify;
import dev.pullcord.base.host.Watchdog;
import dev.pullcord.server.http.PortProbe;
import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at least every ten seconds whether the server does its work: the writer answers, both ports
 * answer, the heap has room after a collection. While that is so, systemd's watchdog is told; when
 * it has not been so for two minutes the process ends, for supervisors that have no watchdog. A
 * disk that says no is an answer: a restart would not mend it.
 */
final class SelfWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SelfWatch.class);
  private static final Duration EVERY_MAX = Duration.ofSeconds(10);
  private static final Duration STUCK_MAX = Duration.ofMinutes(2);
  private static final double HEAP_FULL = 0.97;

  private final Store store;
  private final Map<String, PortProbe> ports;

  /** Between two looks, and as long as one waits for an answer. */
  private final Duration every =
      Watchdog.interval(System.getenv(Watchdog.VARIABLE), EVERY_MAX).orElse(EVERY_MAX);

  private final CountDownLatch closed = new CountDownLatch(1);
  private long wellAt = System.nanoTime();

  /**
   * A watch that has begun.
   *
   * @param ports by name, in the order of the looks
   */
  SelfWatch(Store store, Map<String, PortProbe> ports) {
    this.store = store;
    this.ports = ports;
    LastingThreads.start("self-watch", this::run);
  }

  private void run() {
    try {
      do {
        look();
      } while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws InterruptedException {
    String stuck = stuck();
    if (closed.getCount() == 0) {
      return;
    }
    long now = System.nanoTime();
    if (stuck == null) {
      wellAt = now;
      SystemdNotify.alive(LOG::warn);
      return;
    }
    Duration since = Duration.ofNanos(now - wellAt);
    LOG.error("{}; this has been so for {} s", stuck, since.toSeconds());
    if (since.compareTo(STUCK_MAX) > 0) {
      ProcessEnd.because("the server", new IllegalStateException(stuck));
    }
  }

  private @Nullable String stuck() throws InterruptedException {
    try {
      store
          .submit(tables -> {
            tables.touch();
            return true;
          })
          .get(every.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      LOG.debug("the writer answers: {}", e.getMessage());
    } catch (TimeoutException _) {
      return "the store's writer does not answer";
    }
    for (Map.Entry<String, PortProbe> port : ports.entrySet()) {
      try {
        port.getValue().run(every);
      } catch (IOException e) {
        return port.getKey() + " does not answer: " + e.getMessage();
      }
    }
    return heapIsFull() ? "the heap is full after a collection" : null;
  }

  private static boolean heapIsFull() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage left = pool.getCollectionUsage();
      // The oldest of the generations is the one whose collection is a full one.
      boolean old = pool.getName().contains("Tenured") || pool.getName().contains("Old");
      if (pool.getType() == MemoryType.HEAP && old && left != null && left.getMax() > 0) {
        return left.getUsed() > HEAP_FULL * left.getMax();
      }
    }
    return false;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
