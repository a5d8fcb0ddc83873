package dev.pullcord.systemtests.promises;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.slf4j.LoggerFactory;

/** Runs seeds from a number to another one on so many threads, with or without a planted bug. */
public final class PromisesByHand {
  private PromisesByHand() {}

  /** {@code FROM TO [THREADS [BUG]]}. */
  public static void main(String[] args) throws InterruptedException {
    ((Logger) LoggerFactory.getLogger("dev.pullcord")).setLevel(Level.OFF);
    long from = Long.parseLong(args[0]);
    long to = Long.parseLong(args[1]);
    int threads = args.length > 2 ? Integer.parseInt(args[2]) : 1;
    if (args.length > 3 && args[3].equals("ALL")) {
      for (PlantedBug bug : PlantedBug.values()) {
        if (bug != PlantedBug.NONE) {
          plant(bug, from, to);
        }
      }
      return;
    }
    PlantedBug bug = args.length > 3 ? PlantedBug.valueOf(args[3]) : PlantedBug.NONE;
    AtomicLong next = new AtomicLong(from);
    AtomicLong wrong = new AtomicLong();
    AtomicLong events = new AtomicLong();
    long began = System.nanoTime();
    List<Thread> all =
        LongStream.range(0, threads)
            .mapToObj(_ -> Thread.ofPlatform().start(() -> runAll(next, to, bug, wrong, events)))
            .toList();
    for (Thread thread : all) {
      thread.join();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        "%d seeds, %d violations, %.0f events a seed, %.1f s, %.1f seeds a second%n",
        to - from,
        wrong.get(),
        (double) events.get() / (to - from),
        seconds,
        (to - from) / seconds);
  }

  private static void plant(PlantedBug bug, long from, long to) {
    for (long seed = from; seed < to; seed++) {
      List<String> violations = new SeededRun(seed, bug).run();
      if (!violations.isEmpty()) {
        System.out.printf("%s: found by %d seeds: %s%n", bug, seed - from + 1, violations);
        return;
      }
    }
    System.out.printf("%s: NOT found by %d seeds%n", bug, to - from);
  }

  private static void runAll(
      AtomicLong next, long to, PlantedBug bug, AtomicLong wrong, AtomicLong events) {
    for (long seed; (seed = next.getAndIncrement()) < to; ) {
      SeededRun run = new SeededRun(seed, bug);
      List<String> violations;
      try {
        violations = run.run();
      } catch (RuntimeException | Error e) {
        run.world().wrong("the run itself", e.toString());
        e.printStackTrace();
        violations = run.world().violations();
      }
      events.addAndGet(run.world().events());
      if (!violations.isEmpty()) {
        wrong.incrementAndGet();
        System.out.printf("seed %d: %s%n%s%n%n", seed, violations, run.world().trace());
        if (bug != PlantedBug.NONE || Boolean.getBoolean("first")) {
          System.out.println("found by seed " + seed);
          next.set(to);
        }
      }
    }
  }
}
