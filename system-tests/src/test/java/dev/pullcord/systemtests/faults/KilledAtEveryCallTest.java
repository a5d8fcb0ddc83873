package dev.pullcord.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.systemtests.Fleets;
import dev.pullcord.systemtests.SmallWork;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 in the place of the n-th file-changing call of an apply, and of a push at the server, for
 * every n with {@code --full}: afterwards one complete release and one worker, converged without
 * help, what was acknowledged is there, and nothing of interrupted work stays.
 */
class KilledAtEveryCallTest {
  private static final int MOST = 400;
  private static final Pattern UNFINISHED =
      Pattern.compile(".*\\.(new|lock|tmp)|incoming_.*|gc_.*|output-.*");

  @TempDir static Path directory;
  private static LocalFleet fleet;
  private static LocalAgent agent;

  @BeforeAll
  static void start() {
    fleet = Fleets.converged(directory.resolve("fleet"), 1);
    agent = fleet.agent(0);
  }

  @AfterAll
  static void end() {
    fleet.close();
  }

  @Test
  void theAgentEndsWithOneReleaseAndOneWorkerFromEveryCallOfAnApply() throws IOException {
    int died = 0;
    FaultShim shim = FaultShim.below(agent.state(), room("agent-shim"));
    agent.stop();
    agent.environment(shim.environment());
    agent.start();
    // An odd step: every other commit changes what restarts the worker.
    for (int n = 1; n <= MOST; n += Fleets.full() ? 1 : 33) {
      Fleets.connected(agent);
      Fleets.nothingLeftIn(agent.state().resolve("tmp")); // also the rehearsal at its start
      Map<String, String> files = n % 2 == 0 ? SmallWork.search("K" + n) : SmallWork.task("k" + n);
      fleet.workTree().write(files);
      String commit = fleet.workTree().commit("Killed at " + n);
      shim.killAt(n);
      fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
      boolean reached = diedBeforeConverged(commit);
      shim.off();
      if (!agent.isAlive()) {
        agent.start();
      }
      Fleets.convergedOn(fleet, agent, commit);
      Fleets.oneReleaseAndOneWorker(agent, commit);
      Fleets.releaseEquals(agent, files);
      nothingUnfinishedIn(agent.state());
      if (!reached) {
        break;
      }
      died++;
    }
    assertThat(died)
        .as("calls at which the agent died")
        .isGreaterThanOrEqualTo(Fleets.full() ? 100 : 4);
  }

  @Test
  void theServerKeepsWhatItAcknowledgedFromEveryCallOfAPush() throws IOException {
    int died = 0;
    FaultShim shim = FaultShim.below(fleet.serverState(), room("server-shim"));
    fleet.stopServer();
    fleet.serverEnvironment(shim.environment());
    fleet.startServer();
    for (int n = 1; n <= MOST; n += Fleets.full() ? 1 : 23) {
      Fleets.connected(agent);
      String reason = "kill " + n;
      fleet.api().pin("node-1", "main", reason).orThrow();
      fleet.workTree().write(SmallWork.search("K" + n));
      String commit = fleet.workTree().commit("Killed at " + n);
      shim.killAt(n);
      PushResult pushed = fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
      boolean reached = diedBeforeConverged(commit);
      shim.off();
      if (!reached) {
        break;
      }
      fleet.startServer();
      assertThat(fleet.api().pins()).anySatisfy(p -> assertThat(p.reason()).isEqualTo(reason));
      if (pushed.exit() != 0) {
        PushResult again = fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
        assertThat(again.exit()).as(again.output()).isZero();
      }
      Fleets.convergedOn(fleet, agent, commit);
      Fleets.oneReleaseAndOneWorker(agent, commit);
      nothingUnfinishedIn(fleet.serverState().resolve("repositories"));
      died++;
    }
    assertThat(died)
        .as("calls at which the server died")
        .isGreaterThanOrEqualTo(Fleets.full() ? 70 : 4);
  }

  /** A directory of its own for each shim: the library of the other one may be in use. */
  private static Path room(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  /** Whether the agent, or the server, died before the commit was reported as applied. */
  private static boolean diedBeforeConverged(String commit) {
    return Eventually.within(Fleets.RECOVERY)
        .until(
            "it died or converged",
            () -> {
              if (!agent.isAlive() || !fleet.isServerAlive()) {
                return "died";
              }
              try {
                var applied = fleet.api().node(agent.name()).appliedCommit();
                boolean there = applied != null && applied.value().equals(commit);
                return there ? "converged" : "under way";
              } catch (RuntimeException e) {
                return "under way"; // the server dies just now
              }
            },
            seen -> !seen.equals("under way"))
        .equals("died");
  }

  /** Waits until nothing is there that interrupted work has left. */
  private static void nothingUnfinishedIn(Path state) {
    Eventually.within(Fleets.RECOVERY)
        .until("nothing unfinished is left in " + state, () -> unfinished(state), List::isEmpty);
  }

  private static List<Path> unfinished(Path state) throws IOException {
    try (Stream<Path> all = Files.walk(state)) {
      return all.filter(p -> UNFINISHED.matcher(p.getFileName().toString()).matches()).toList();
    } catch (UncheckedIOException e) {
      return List.of(state); // it is being cleared away just now
    }
  }
}
