package dev.pullcord.agent.main;

import java.util.function.LongSupplier;

/**
 * Collects the heap once the loop is quiet after work, so that what a pass needed goes back to the
 * host: an agent may have nothing to do for weeks. A loop that only polls causes none, because that
 * would cost more than it gives.
 */
final class HeapRest implements Runnable {
  private static final int QUIET_SECONDS = 5;
  private static final long GROWN_BYTES = 6 << 20;

  private final LongSupplier turns;
  private final LongSupplier used;
  private final Runnable collect;
  private long turnsSeen = -1;
  private long usedAfter;
  private int quiet;

  /** Of the loop that has turned so often. */
  HeapRest(LongSupplier turns) {
    this(
        turns,
        () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory(),
        System::gc);
  }

  HeapRest(LongSupplier turns, LongSupplier used, Runnable collect) {
    this.turns = turns;
    this.used = used;
    this.collect = collect;
  }

  /** Every second. */
  @Override
  public void run() {
    long now = turns.getAsLong();
    quiet = now == turnsSeen ? quiet + 1 : 0;
    turnsSeen = now;
    if (quiet == QUIET_SECONDS && used.getAsLong() - usedAfter > GROWN_BYTES) {
      collect.run();
      usedAfter = used.getAsLong();
    }
  }
}
