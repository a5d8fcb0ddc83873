package dev.pullcord.server.metrics;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.server.store.DiskTrouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every component whether it works, on a thread of its own: one at a time, at most once a
 * second however often somebody wants to know, and with a limit on how long anybody waits. A check
 * that hangs is named as what is stuck until it comes back, and no second one is begun meanwhile.
 */
public final class HealthChecks {
  private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final List<Check> checks;
  private final Duration limit;
  private final LongSupplier nanos;
  private final ExecutorService thread = LastingThreads.pool("health", 1);
  private final Lock lock = new ReentrantLock();
  private volatile String asking = "";
  private @Nullable CompletableFuture<List<Problem>> running;
  private List<Problem> last = List.of();
  private long lastAt;

  /**
   * Those checks.
   *
   * @param limit how long a caller waits at most
   * @param nanos a monotonic clock
   */
  public HealthChecks(List<Check> checks, Duration limit, LongSupplier nanos) {
    this.checks = List.copyOf(checks);
    this.limit = limit;
    this.nanos = nanos;
    this.lastAt = nanos.getAsLong() - 2 * FRESH_NANOS;
  }

  /**
   * A component's own check.
   *
   * @param component its name, shown to everybody
   * @param probe throws when the component does not work
   */
  public record Check(String component, Probe probe) {}

  /** Something quick that fails when the component does not work. */
  @FunctionalInterface
  public interface Probe {
    /** Throws if the component does not work. */
    void run() throws Exception;
  }

  /**
   * What does not work.
   *
   * @param code a stable word: of the disk, or {@code NOT_READY}
   * @param text which component, and what is wrong with it
   */
  public record Problem(String code, String text) {}

  /** What does not work now, or did not within the last second; nothing when all is well. */
  public List<Problem> problems() {
    CompletableFuture<List<Problem>> asked;
    lock.lock();
    try {
      boolean over = running == null || running.isDone();
      if (over && nanos.getAsLong() - lastAt < FRESH_NANOS) {
        return last;
      }
      if (over) {
        running = CompletableFuture.supplyAsync(this::askAll, thread);
      }
      asked = java.util.Objects.requireNonNull(running);
    } finally {
      lock.unlock();
    }
    try {
      return asked.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return List.of(
          new Problem(
              "NOT_READY", asking + " is stuck: no answer within " + limit.toSeconds() + " s"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(new Problem("NOT_READY", "the check was interrupted"));
    } catch (ExecutionException e) {
      return List.of(new Problem("NOT_READY", "the check itself failed"));
    }
  }

  private List<Problem> askAll() {
    List<Problem> found = new ArrayList<>();
    for (Check check : checks) {
      asking = check.component();
      try {
        check.probe().run();
      } catch (Exception e) {
        found.add(problem(check, e));
      }
    }
    List<Problem> all = List.copyOf(found);
    lock.lock();
    try {
      if (!all.equals(last)) {
        LOG.warn("{}", all.isEmpty() ? "ready again" : "not ready: " + all);
      }
      last = all;
      lastAt = nanos.getAsLong();
    } finally {
      lock.unlock();
    }
    return all;
  }

  private static Problem problem(Check check, Exception e) {
    DiskTrouble trouble = DiskTrouble.of(e).orElse(null);
    if (trouble != null) {
      return new Problem(trouble.code(), check.component() + ": " + trouble.what());
    }
    if (e instanceof TimeoutException) {
      return new Problem("NOT_READY", check.component() + " is stuck: it does not answer");
    }
    LOG.warn("{} is not ready", check.component(), e);
    return new Problem("NOT_READY", check.component() + " is not ready");
  }
}
