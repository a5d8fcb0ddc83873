package dev.pullcord.benchmarks.simulation;

import dev.pullcord.demo.fleet.FleetApi;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody who asks the server for its fleet four times a second, as {@code pullcord status} does,
 * and notes how long each answer takes. While the server is away there are no answers to note.
 */
final class PeopleWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(250);

  private final FleetApi api;
  private final List<Double> millis = new ArrayList<>();
  private final Thread thread;
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
        if (answers()) {
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
      return api.fleet().revision() >= 0;
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

  @Override
  public void close() {
    over = true;
    thread.interrupt();
  }
}
