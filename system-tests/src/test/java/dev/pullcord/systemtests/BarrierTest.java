package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * For how long two versions work at the same time, on the whole fleet, when a commit goes to all
 * nodes as they get there, and when it goes through a barrier. The workers say themselves when they
 * begin and stop to work.
 */
class BarrierTest {
  private static final Duration AT_MOST = Duration.ofMillis(100);

  /** Works only while its link points to what is active, and writes down when. */
  private static final String WORKER =
      """
      import os, signal, sys, time
      link = os.environ["PULLCORD_CURRENT"]
      name = os.environ["PULLCORD_NODE"] + "-" + os.environ["PULLCORD_GENERATION"]
      works = False
      signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
      with open(os.path.join(os.environ["LEDGER"], name), "w", buffering=1) as ledger:
          try:
              while True:
                  now = os.readlink(link).endswith("/current")
                  if now != works:
                      ledger.write("%d VERSION %s\\n" % (time.time_ns(), "on" if now else "off"))
                      works = now
                  time.sleep(0.005)
          finally:
              if works:
                  ledger.write("%d VERSION off\\n" % time.time_ns())
      """;

  @TempDir Path directory;
  private Path ledger;
  private int nodes;

  @BeforeEach
  void makeLedger() throws IOException {
    ledger = Files.createDirectories(directory.resolve("ledger"));
  }

  private Map<String, String> version(String version, String strategy) {
    return Map.of(
        "pullcord.yaml",
        """
        version: 1
        bundles: {task-code: {paths: [tasks/]}}
        workers:
          grep:
            kind: process
            standby: true
            run: [python3, tasks/worker.py]
            env: {LEDGER: "%s"}
            restart: overlap
            health: {kind: command, run: [sh, tasks/is-there], every: 50ms, deadline: 60s}
        rollout: {strategy: %s}
        """
            .formatted(ledger, strategy),
        "tasks/is-there",
        "test -e \"$LEDGER/$PULLCORD_NODE-$PULLCORD_GENERATION\"\n",
        "tasks/worker.py",
        WORKER.replace("VERSION", version));
  }

  /** A moment at which a worker began or stopped to work. */
  private record Moment(long nanos, String version, boolean on) {}

  private List<Moment> moments() {
    List<Moment> moments = new ArrayList<>();
    try (Stream<Path> files = Files.list(ledger)) {
      for (Path file : files.toList()) {
        for (String line : Files.readAllLines(file)) {
          String[] parts = line.split(" ");
          moments.add(new Moment(Long.parseLong(parts[0]), parts[1], parts[2].equals("on")));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return moments;
  }

  private long count(String version, boolean on) {
    return moments().stream().filter(m -> m.version().equals(version) && m.on() == on).count();
  }

  /** From the first of the new version that works to the last of the old one that did. */
  private Duration both(String old, String now) {
    List<Moment> moments = moments();
    long first =
        moments.stream()
            .filter(m -> m.version().equals(now) && m.on())
            .mapToLong(Moment::nanos)
            .min()
            .orElseThrow();
    long last =
        moments.stream()
            .filter(m -> m.version().equals(old) && !m.on())
            .mapToLong(Moment::nanos)
            .max()
            .orElseThrow();
    return Duration.ofNanos(Math.max(0, last - first));
  }

  private Duration deployed(LocalFleet fleet, String old, String now, String strategy) {
    PushResult pushed = fleet.push(version(now, strategy), "Version " + now);
    assertThat(pushed.converged()).as(pushed.output()).isTrue();
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("every node works with " + now, () -> count(now, true) == nodes);
    assertThat(count(old, false)).as("nodes that stopped to work with " + old).isEqualTo(nodes);
    return both(old, now);
  }

  @Test
  void twoVersionsWorkAtTheSameTimeForAMomentOnly() {
    Needs.tool("git");
    Needs.tool("python3");
    nodes = Integer.getInteger("pullcord.barrier.nodes", Fleets.full() ? 20 : 4);
    try (LocalFleet fleet = Fleets.started(directory.resolve("fleet"), nodes)) {
      PushResult first = fleet.push(version("one", "all"), "Version one");
      assertThat(first.converged()).as(first.output()).isTrue();

      Duration all = deployed(fleet, "one", "two", "all");
      Duration barrier = deployed(fleet, "two", "three", "barrier");
      Duration again = deployed(fleet, "three", "four", "barrier");

      System.out.printf(
          "%d nodes, two versions at the same time: all %d ms, barrier %d ms and %d ms%n",
          nodes, all.toMillis(), barrier.toMillis(), again.toMillis());
      if (Fleets.full()) {
        assertThat(barrier).isLessThanOrEqualTo(AT_MOST);
        assertThat(again).isLessThanOrEqualTo(AT_MOST);
      }
    }
  }
}
