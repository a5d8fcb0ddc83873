package dev.pullcord.agent.main;

import java.util.function.LongSupplier;

/**
 * Collects the heap after it has grown: as soon as the loop is quiet, or after a while where it
 * never is. So what a pass needed goes back to the host, for an agent may have nothing to do for
 * weeks. What a mere poll takes causes none, because that would cost more than it gives.
 */
final class HeapRest implements Runnable {
  private static final int QUIET_SECONDS = 5;
  private static final int GROWN_SECONDS_MAX = 10;
  private static final long GROWN_BYTES = 6 << 20;

  private final LongSupplier turns;
  private final LongSupplier used;
  private final Runnable collect;
  private long turnsSeen = -1;
  private long usedAfter;
  private int quiet;
  private int grown;

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
    grown = used.getAsLong() - usedAfter > GROWN_BYTES ? grown + 1 : 0;
    if (grown > 0 && (quiet >= QUIET_SECONDS || grown >= GROWN_SECONDS_MAX)) {
      collect.run();
      usedAfter = used.getAsLong();
      grown = 0;
    }
  }
}
