package dev.pullcord.server.githost;

import dev.pullcord.server.fleet.FleetReader;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The real time of a push, woken by changes of the fleet; sees within half a second that the server
 * ends, or that its token does.
 */
final class PushTime implements PushClock, AutoCloseable {
  private static final long STOP_CHECK_NANOS = 500_000_000;

  private final long start = System.nanoTime();
  private final Semaphore changes = new Semaphore(0);
  private final PushEnd end;
  private final FleetReader.Subscription subscription;

  PushTime(FleetReader fleet, PushEnd end) {
    this.end = end;
    this.subscription = fleet.subscribe(_ -> wake());
  }

  void wake() {
    // One permit is enough: whoever wakes looks at everything.
    if (changes.availablePermits() == 0) {
      changes.release();
    }
  }

  @Override
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public void await(Duration atMost) {
    long end = System.nanoTime() + Math.max(1_000_000, atMost.toNanos());
    try {
      while (!stopping()) {
        long left = Math.min(end - System.nanoTime(), STOP_CHECK_NANOS);
        if (left <= 0) {
          return;
        }
        if (changes.tryAcquire(left, TimeUnit.NANOSECONDS)) {
          changes.drainPermits();
          return;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean stopping() {
    return end.near() || Thread.currentThread().isInterrupted();
  }

  @Override
  public String why() {
    return end.stopping().getAsBoolean() ? "server stopping" : "this token works no more";
  }

  @Override
  public void close() {
    subscription.close();
  }
}
