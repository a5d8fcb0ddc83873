package dev.pullcord.systemtests.promises;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Time, chance and what happened. Events happen one after the other in the order of their times;
 * one that waits lets others happen meanwhile. After each event the promises are looked at.
 */
final class SeededWorld {
  private static final int TRACE = 60;

  final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::serial));
  private final Deque<String> trace = new ArrayDeque<>();
  private final List<String> violations = new ArrayList<>();
  private Runnable look = () -> {};
  private long now;
  private long serial;
  private long count;
  private int hash;
  private boolean over;

  private record Event(long at, long serial, Runnable what) {}

  SeededWorld(long seed) {
    random = new Random(mixed(seed));
  }

  /** {@link Random} begins alike for seeds that are near each other. */
  private static long mixed(long seed) {
    long mixed = (seed + 1) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    return mixed ^ (mixed >>> 32);
  }

  long now() {
    return now;
  }

  long events() {
    return count;
  }

  /** Has something looked at after each event. */
  void afterEach(Runnable promises) {
    look = promises;
  }

  void in(Duration delay, Runnable what) {
    events.add(new Event(now + Math.max(0, delay.toNanos()), serial++, what));
  }

  void in(long millis, Runnable what) {
    in(Duration.ofMillis(millis), what);
  }

  /** Lets the next event happen if it is due by then; otherwise time passes until then. */
  boolean next(long until) {
    Event event = events.peek();
    if (isOver() || event == null || event.at > until) {
      now = Math.max(now, until);
      return false;
    }
    events.poll();
    now = Math.max(now, event.at);
    count++;
    event.what.run();
    if (!isOver()) {
      look.run();
    }
    return true;
  }

  void run(Duration until) {
    while (!isOver() && next(until.toNanos())) {}
  }

  /** Nothing happens any more. */
  void end() {
    over = true;
  }

  boolean isOver() {
    return over || !violations.isEmpty();
  }

  boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  long between(long least, long most) {
    return least + random.nextLong(most - least + 1);
  }

  void note(String who, String what) {
    String line = String.format(Locale.ROOT, "%9.3f  %-9s %s", now / 1e9, who, what);
    hash = 31 * hash + line.hashCode();
    trace.addLast(line);
    if (trace.size() > TRACE) {
      trace.removeFirst();
    }
  }

  /** A promise is broken. */
  void wrong(String promise, String what) {
    note("BROKEN", promise + ": " + what);
    violations.add(promise + ": " + what);
  }

  List<String> violations() {
    return violations;
  }

  /** What happened last. */
  String trace() {
    return String.join("\n", trace);
  }

  /** Of all that ever happened. */
  int hash() {
    return hash;
  }
}
