package dev.pullcord.server.githost;

import dev.pullcord.server.fleet.FleetReader;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The real time of a push, woken by changes of the fleet; sees within half a second that the server
 * ends.
 */
final class PushTime implements PushClock, AutoCloseable {
  private static final long STOP_CHECK_NANOS = 500_000_000;

  private final long start = System.nanoTime();
  private final Semaphore changes = new Semaphore(0);
  private final BooleanSupplier stopping;
  private final FleetReader.Subscription subscription;

  PushTime(FleetReader fleet, BooleanSupplier stopping) {
    this.stopping = stopping;
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
    return stopping.getAsBoolean() || Thread.currentThread().isInterrupted();
  }

  @Override
  public void close() {
    subscription.close();
  }
}
