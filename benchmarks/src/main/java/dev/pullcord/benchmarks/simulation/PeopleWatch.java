package dev.pullcord.benchmarks.simulation;

import dev.pullcord.client.HoldCalls;
import dev.pullcord.demo.fleet.FleetApi;
import dev.pullcord.protocol.api.Fleet;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Somebody who asks the server once a second for all that {@code pullcord status} shows, and notes
 * how long the answers take together. While the server is away there are none to note.
 */
final class PeopleWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final FleetApi api;
  private final List<Double> millis = new ArrayList<>();
  private final Thread thread;
  private volatile boolean pauses;
  private volatile boolean over;

  /** Begins to ask. */
  PeopleWatch(FleetApi api) {
    this.api = api;
    this.thread = Thread.ofPlatform().daemon().name("people").start(this::ask);
  }

  private void ask() {
    try {
      while (!over) {
        long begun = System.nanoTime();
        if (!pauses && answers()) {
          note((System.nanoTime() - begun) / 1e6);
        }
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean answers() {
    try {
      HoldCalls holds = new HoldCalls(api.client());
      Fleet fleet = api.fleet();
      api.nodes();
      api.pins();
      fleet.refs().stream()
          .flatMap(ref -> Stream.ofNullable(ref.deployment()))
          .forEach(id -> api.client().deployment(id).orThrow());
      holds.freezes().orThrow();
      return true;
    } catch (IllegalStateException | UncheckedIOException _) {
      return false;
    }
  }

  private synchronized void note(double took) {
    millis.add(took);
  }

  /** How long answers took since the last call. */
  synchronized Spread take() {
    Spread taken = Spread.of(millis.stream().mapToDouble(Double::doubleValue).toArray());
    millis.clear();
    return taken;
  }

  /** From now on nobody asks, or somebody does again. */
  void pause(boolean now) {
    pauses = now;
  }

  @Override
  public void close() {
    over = true;
    thread.interrupt();
  }
}
