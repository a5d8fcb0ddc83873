package dev.pullcord.server.githost;

import dev.pullcord.server.fleet.FleetReader;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The real time of a push, woken by changes of the fleet and by the end of the server. */
final class PushTime implements PushClock, AutoCloseable {
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
    try {
      if (changes.tryAcquire(Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS)) {
        changes.drainPermits();
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
