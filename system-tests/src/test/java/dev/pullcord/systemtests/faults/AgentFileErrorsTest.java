package dev.pullcord.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.systemtests.Fleets;
import dev.pullcord.systemtests.SmallWork;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.PrimitiveIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent's file system fails at the n-th call of an apply, once or until it is mended: the agent
 * and its workers run on, the server is told the cause, with the path and what to do, also while
 * nothing can be written, and the agent converges by itself afterwards. Every call with {@code
 * --full}, a sample otherwise.
 */
class AgentFileErrorsTest {
  private static final Duration TOLD = Duration.ofSeconds(90);

  @TempDir static Path directory;
  private static LocalFleet fleet;
  private static LocalAgent agent;
  private static FaultShim shim;
  private static int pushes;
  private static long notDeleted;

  private final Complaints wrong = new Complaints();
  private long pid;

  /** What was pushed, and how things were before. */
  private record Pushed(String commit, List<WorkerProcess> workers, boolean restarts, int logged) {}

  @BeforeAll
  static void start() throws IOException {
    fleet = Fleets.converged(directory.resolve("fleet"), 1);
    agent = fleet.agent(0);
    shim = FaultShim.below(agent.state(), directory);
    agent.stop();
    agent.environment(shim.environment());
    agent.start();
    Fleets.connected(agent);
    Fleets.nothingLeftIn(agent.state().resolve("tmp")); // the rehearsal at its start is over
  }

  @AfterAll
  static void end() {
    fleet.close();
  }

  @BeforeEach
  void begin() {
    pid = agent.pid();
    Fleets.connected(agent);
  }

  @Test
  void convergesAfterAnErrorAtAnyCall() throws IOException {
    for (Errno errno : Errno.tried()) {
      PrimitiveIterator.OfInt calls = errno.calls(100).iterator();
      boolean reached = true;
      while (reached && calls.hasNext()) {
        int n = calls.nextInt();
        shim.once(errno, n);
        Pushed pushed = push();
        healed(errno + " once at " + n, pushed);
        reached = shim.failed() > 0;
        shim.off();
      }
    }
    wrong.assertNone();
  }

  @Test
  void tellsTheServerWhyNothingCanBeWrittenAndHeals() throws IOException {
    for (Errno errno : Errno.tried()) {
      PrimitiveIterator.OfInt calls = errno.calls(130).iterator();
      boolean reached = true;
      while (reached && calls.hasNext()) {
        int n = calls.nextInt();
        String at = errno + " from " + n;
        shim.fromNowOn(errno, n);
        Pushed pushed = push();
        wrong.of(at, shim, () -> told(errno, pushed));
        sameProcess(at, pushed);
        reached = shim.failed() > 0;
        shim.off();
        healed(at, pushed);
      }
    }
    wrong.assertNone();
  }

  private Pushed push() throws IOException {
    int number = ++pushes;
    boolean restarts = number % 3 == 0;
    int logged = Files.readAllLines(agent.log()).size();
    List<WorkerProcess> workers = agent.workers();
    fleet.workTree().write(restarts ? SmallWork.task("" + number) : SmallWork.search("P" + number));
    String commit = fleet.workTree().commit("Push " + number);
    fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
    return new Pushed(commit, workers, restarts, logged);
  }

  /** The server knows why, if there was anything left to do when the first call failed. */
  private void told(Errno errno, Pushed pushed) {
    NodeView node =
        Eventually.within(TOLD)
            .until(
                "the server knows why",
                () -> fleet.api().node(agent.name()),
                n -> errno.isNamedIn(n.reason()) || runs(n, pushed.commit()));
    if (errno.isNamedIn(node.reason())) {
      assertThat(node.reason()).contains(agent.state().toString());
      assertThat(errno.isNamedIn(node.why())).as(node.why()).isTrue();
    }
  }

  private void healed(String at, Pushed pushed) throws IOException {
    wrong.of(
        at,
        shim,
        () -> {
          Eventually.within(Fleets.RECOVERY)
              .until(
                  "it converged",
                  () -> fleet.api().node(agent.name()),
                  n -> runs(n, pushed.commit()));
          Fleets.oneReleaseAndOneWorker(agent, pushed.commit());
          // What could not be deleted once is cleared away at the next start.
          notDeleted += shim.failed();
          Eventually.within(Fleets.RECOVERY)
              .until(
                  "no more is left in tmp than could not be deleted",
                  () -> Fleets.names(agent.state().resolve("tmp")),
                  left -> left.size() <= notDeleted);
        });
    sameProcess(at, pushed);
  }

  private void sameProcess(String at, Pushed pushed) throws IOException {
    assertThat(agent.isAlive() && agent.pid() == pid).as(at + "\n" + agent.lastLines()).isTrue();
    if (!pushed.restarts()) {
      wrong.of(at, shim, () -> assertThat(agent.workers()).isEqualTo(pushed.workers()));
    }
    wrong.blamesNobody(at, agent.log(), pushed.logged());
  }

  private static boolean runs(NodeView node, String commit) {
    return node.state() == NodeState.CONVERGED
        && node.appliedCommit() != null
        && node.appliedCommit().value().equals(commit);
  }
}
