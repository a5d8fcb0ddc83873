package dev.pullcord.server.githost.gate;

import dev.pullcord.base.host.Signal;
import dev.pullcord.server.fleet.FleetChange;
import dev.pullcord.server.githost.push.output.PushClock;
import dev.pullcord.server.view.FleetReader;
import java.time.Duration;

/**
 * The real time of a push, woken by changes of the fleet; sees within half a second that the server
 * ends, or that its token does.
 */
public final class PushTime implements PushClock, AutoCloseable {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private final long start = System.nanoTime();
  private final Signal changes = new Signal();
  private long seen;
  private final PushEnd end;
  private final FleetChange.Subscription subscription;

  public PushTime(FleetReader fleet, PushEnd end) {
    this.end = end;
    this.subscription = fleet.subscribe(_ -> wake());
  }

  void wake() {
    changes.raise();
  }

  @Override
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public void await(Duration atMost) {
    Duration time = atMost.compareTo(SHORTEST) < 0 ? SHORTEST : atMost;
    if (changes.await(seen, time, this::stopping)) {
      seen = changes.count(); // whoever wakes looks at everything
    }
  }

  /** Waits for that long, whatever changes. */
  void pause(Duration time) {
    Signal never = new Signal();
    never.await(never.count(), time, this::stopping);
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
