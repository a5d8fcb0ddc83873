package dev.pullcord.benchmarks.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** When each node got how far with one push. Written by the nodes, each its own place. */
final class PushTimes {
  private static final long NEVER = -1;

  /** How far a node got. */
  enum Stage {
    /** It has read the decision. */
    TOLD,
    /** It has the commit's pack. */
    FETCHED,
    /** The server has stored its outcome. */
    ACKNOWLEDGED
  }

  private final int push;
  private final AtomicLongArray[] micros = new AtomicLongArray[Stage.values().length];
  private final AtomicIntegerArray begun;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicLong fetchedBytes = new AtomicLong();

  /**
   * @param push its number, from 0
   * @param nodes how many there are
   */
  PushTimes(int push, int nodes) {
    this.push = push;
    this.begun = new AtomicIntegerArray(nodes);
    for (int stage = 0; stage < micros.length; stage++) {
      micros[stage] = new AtomicLongArray(nodes);
      for (int node = 0; node < nodes; node++) {
        micros[stage].set(node, NEVER);
      }
    }
  }

  int push() {
    return push;
  }

  /** Whether the node hears of this push for the first time: its script counts only then. */
  boolean begins(int node) {
    return begun.compareAndSet(node, 0, 1);
  }

  /** The first time counts; a node that lost its connection gets there again. */
  void reached(Stage stage, int node) {
    Instant now = Instant.now();
    long at = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    if (micros[stage.ordinal()].compareAndSet(node, NEVER, at) && stage == Stage.ACKNOWLEDGED) {
      acknowledged.incrementAndGet();
    }
  }

  void fetched(long bytes) {
    fetchedBytes.addAndGet(bytes);
  }

  long fetchedBytes() {
    return fetchedBytes.get();
  }

  int acknowledged() {
    return acknowledged.get();
  }

  /** The first moment at which a node got there; the epoch when none did. */
  Instant first(Stage stage) {
    long first = Long.MAX_VALUE;
    for (int node = 0; node < begun.length(); node++) {
      long at = micros[stage.ordinal()].get(node);
      first = at == NEVER ? first : Math.min(first, at);
    }
    return first == Long.MAX_VALUE ? Instant.EPOCH : Instant.EPOCH.plusNanos(first * 1000);
  }

  /** From the moment at which the ref had moved. */
  Spread spread(Stage stage, Instant moved) {
    long zero = Duration.between(Instant.EPOCH, moved).toNanos() / 1000;
    double[] millis = new double[begun.length()];
    for (int node = 0; node < millis.length; node++) {
      long at = micros[stage.ordinal()].get(node);
      millis[node] = at == NEVER ? NEVER : Math.max(0, at - zero) / 1000.0;
    }
    return Spread.of(millis);
  }
}
