package dev.pullcord.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.rig.CrashPoint;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Ends an agent at the boundaries of its journal, each in a directory of its own, and lets the next
 * one bring what is left to the same end.
 */
public final class BoundaryCrashes {
  private static final int MOST = 200;

  /** What is deployed before, what is pushed, and what is to be the case in the end. */
  record Scenario(
      Function<Rig, Optional<CommitId>> before,
      Function<Rig, CommitId> push,
      NodeState end,
      boolean runsBefore,
      boolean overlaps) {
    Scenario(
        Function<Rig, Optional<CommitId>> before,
        Function<Rig, CommitId> push,
        NodeState end,
        boolean runsBefore) {
      this(before, push, end, runsBefore, false);
    }

    /** The same, where the newcomer starts beside the old one. */
    Scenario overlapping() {
      return new Scenario(before, push, end, runsBefore, true);
    }

    /** The same with workers that are units. */
    Scenario underSystemd() {
      return new Scenario(
          rig -> {
            rig.underSystemd();
            return before.apply(rig);
          },
          push,
          end,
          runsBefore,
          overlaps);
    }
  }

  static final Scenario TASK =
      new Scenario(
          rig -> Optional.of(rig.commit("bin/worker", Rig.SLOW)),
          rig -> rig.commit(Map.of("bin/worker", Rig.SLOW, "tasks/task", "better\n")),
          NodeState.CONVERGED,
          false);

  /** No commit: an operator asked to restart the worker. */
  static final Scenario ORDERED =
      new Scenario(
          TASK.before,
          rig -> {
            rig.decisions.order(new Orders(1, Map.of(), Map.of("grep", 1L), Map.of()));
            return rig.decisions
                .current()
                .flatMap(d -> Optional.ofNullable(d.commit()))
                .orElseThrow();
          },
          NodeState.CONVERGED,
          false);

  private final Path temp;

  BoundaryCrashes(Path temp) {
    this.temp = temp;
  }

  /** At each boundary. */
  int crashAtEach(Scenario scenario, boolean forces, Detached.Forker forker) throws IOException {
    return crashAt(1, scenario, forces, forker);
  }

  /** At every fifth boundary, or at each with {@code -Dpullcord.full=true}. */
  int crashAtSome(Scenario scenario) throws IOException {
    return crashAt(Boolean.getBoolean("pullcord.full") ? 1 : 5, scenario, true, Detached::start);
  }

  /** Returns how many boundaries it came by at the most. */
  private int crashAt(int step, Scenario scenario, boolean forces, Detached.Forker forker)
      throws IOException {
    for (int n = 1; n <= MOST; n += step) {
      try (Rig rig = new Rig(Files.createDirectories(temp.resolve("at-" + n)))) {
        rig.restart =
            scenario.overlaps ? WorkerSpec.Restart.OVERLAP : WorkerSpec.Restart.STOP_START;
        Optional<CommitId> before = scenario.before.apply(rig);
        before.ifPresent(rig::push);
        rig.end();
        CommitId pushed = scenario.push.apply(rig);
        CrashPoint point = new CrashPoint(n, forces, rig.home.resolve("journal"));
        String at = crash(rig, pushed, point, forker);
        if (at.isEmpty()) {
          return n - 1;
        }
        if (scenario.overlaps) {
          assertThat(rig.living()).as("somebody works, ended %s", at).isNotEmpty();
        }
        PassResult result = recover(rig);
        long bad = rig.lines("starts").stream().filter(line -> line.endsWith(" bad")).count();
        assertThat(bad)
            .as("quarantined is not tried again, ended %s", at)
            .isLessThanOrEqualTo(point.passed("after Quarantined") ? 1 : 2);
        CommitId runs = scenario.runsBefore ? before.orElseThrow() : pushed;
        assertThat(result.state()).as("state, ended %s: %s", at, result).isEqualTo(scenario.end);
        if (scenario.overlaps) {
          afterOverlap(rig, scenario.runsBefore, at);
        }
        inOrder(rig, runs, at);
      }
    }
    throw new AssertionError("more than " + MOST + " boundaries");
  }

  /** Nobody waits for what retires; whoever worked before and is to work again never stopped. */
  private static void afterOverlap(Rig rig, boolean runsBefore, String at) throws IOException {
    long deadline = 250;
    while (rig.living().size() > 1 && deadline-- > 0) {
      rig.pause();
    }
    assertThat(rig.living()).as("one worker in the end, ended %s", at).hasSize(1);
    rig.pass();
    long first = Long.parseLong(rig.lines("starts").getFirst().split(" ")[0]);
    if (runsBefore) {
      assertThat(rig.living()).as("the old one went on, ended %s", at).containsExactly(first);
    } else {
      assertThat(rig.lines("terms")).as("asked to end, ended %s", at).contains("" + first);
    }
    assertThat(rig.history().generations().values())
        .as("one that works, ended %s", at)
        .singleElement()
        .satisfies(g -> {
          assertThat(g.phase()).isEqualTo(Generation.Phase.CONSUMING);
          assertThat(rig.home.resolve("generations/" + g.number() + "/current").toRealPath())
              .isEqualTo(rig.current());
        });
  }

  /** Where it ended; empty when it came to its end. */
  private static String crash(Rig rig, CommitId pushed, CrashPoint point, Detached.Forker forker)
      throws IOException {
    rig.probe = point;
    rig.forker = forker;
    try {
      rig.push(pushed);
      return "";
    } catch (CrashPoint.Crash crash) {
      rig.end();
      point.losePower(rig.home.resolve("journal"));
      return String.valueOf(crash.getMessage());
    } finally {
      rig.probe = JournalProbe.NONE;
      rig.forker = Detached::start;
    }
  }

  private static PassResult recover(Rig rig) {
    PassResult result = rig.pass();
    for (int i = 0; i < 5 && !settled(result); i++) {
      rig.clockForward(Duration.ofSeconds(61));
      result = rig.pass();
    }
    return result;
  }

  private static boolean settled(PassResult result) {
    return result.state() == NodeState.CONVERGED || result.state() == NodeState.ROLLED_BACK;
  }

  /** One worker runs that commit, whose files are what is there, and nothing else is left. */
  public static void inOrder(Rig rig, CommitId runs, String at) throws IOException {
    assertThat(rig.living()).as("one worker, ended %s", at).hasSize(1);
    long pid = rig.living().getFirst();
    List<String> terms = rig.lines("terms");
    assertThat(terms).as("one SIGTERM each, ended %s", at).doesNotHaveDuplicates();
    assertThat(terms).as("none for the one that runs, ended %s", at).doesNotContain("" + pid);
    Snapshot snapshot = rig.source.snapshot(runs);
    for (var file : snapshot.files().values()) {
      assertThat(Files.readAllBytes(rig.current().resolve(file.path())))
          .as("%s, ended %s", file.path(), at)
          .isEqualTo(rig.source.blob(file.objectId()));
    }
    assertThat(rig.agent().status().appliedCommit()).as("applied, ended %s", at).isEqualTo(runs);
    assertThat(names(rig.home.resolve("tmp"))).as("leftovers, ended %s", at).isEmpty();
    assertThat(names(rig.home.resolve("releases")))
        .as("only releases that the journal knows, ended %s", at)
        .containsExactlyInAnyOrderElementsOf(rig.history().releases().keySet());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return Arrays.asList(entries.map(e -> e.getFileName().toString()).toArray(String[]::new));
    }
  }
}
