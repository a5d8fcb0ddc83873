package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What operators do to workers, without a commit: labels, stop, start, restart, kill. */
class WorkersTest {
  private static final String BEAT =
      "  beat: {kind: process, run: [sh, tasks/worker], nodes: {role: beat},"
          + " health: {kind: command, run: [sh, bin/is-well], every: 20ms}}\n";

  @TempDir static Path directory;
  private static LocalFleet fleet;

  @BeforeAll
  static void start() {
    fleet = Fleets.converged(directory.resolve("fleet"), 2);
  }

  @AfterAll
  static void end() {
    fleet.close();
  }

  /** Whatever the test before did, both nodes run this. */
  @BeforeEach
  void begin(TestInfo test) {
    Map<String, String> files = new HashMap<>(SmallWork.good());
    files.putAll(SmallWork.task(test.getDisplayName()));
    PushResult pushed = fleet.push(files, "Begin");
    assertThat(pushed.converged()).as(pushed.output()).isTrue();
  }

  private NodeView eventually(String what, String node, Predicate<NodeView> condition) {
    return Eventually.within(Fleets.RECOVERY).until(what, () -> fleet.api().node(node), condition);
  }

  private void cli(String... arguments) {
    assertThat(fleet.cli(arguments).exit()).isZero();
  }

  private static List<Long> pids(LocalAgent agent) {
    return agent.workers().stream().map(WorkerProcess::pid).toList();
  }

  /** Until a worker is seen to be gone the server says what it was told last. */
  private void replaced(String node, LocalAgent agent, List<Long> before) {
    eventually(
        "another worker",
        node,
        n -> {
          List<Long> now = pids(agent);
          return n.state() == NodeState.CONVERGED && now.size() == 1 && !now.equals(before);
        });
  }

  @Test
  void aLabelBringsAWorkerAndTakesItAway() {
    PushResult push =
        fleet.push(Map.of("pullcord.yaml", SmallWork.MANIFEST + BEAT), "Beat on one node");
    assertThat(push.converged()).as(push.output()).isTrue();
    assertThat(push.output()).contains("starts beat");
    assertThat(fleet.api().node("node-1").workers()).containsOnlyKeys("grep");
    List<Long> grep = pids(fleet.agent(0));

    cli("label", "node-1", "role=beat");
    eventually(
        "beat runs",
        "node-1",
        n -> n.state() == NodeState.CONVERGED && n.workers().containsKey("beat"));
    assertThat(pids(fleet.agent(0))).hasSize(2).containsAll(grep);
    assertThat(pids(fleet.agent(1))).hasSize(1);

    cli("label", "node-1", "role-");
    eventually(
        "beat is gone",
        "node-1",
        n -> n.state() == NodeState.CONVERGED && !n.workers().containsKey("beat"));
    assertThat(pids(fleet.agent(0))).isEqualTo(grep);
  }

  @Test
  void aStoppedWorkerStaysStoppedOverAKillAndAPushUntilItIsStarted() {
    cli("worker", "stop", "node-1", "--reason", "the disk");
    eventually("held", "node-1", n -> n.state() == NodeState.HELD);
    fleet.agent(0).kill9();
    fleet.agent(0).start();
    PushResult push = fleet.push(SmallWork.task("2"), "Work differently");

    assertThat(push.summary().orElseThrow())
        .startsWith("not converged 1/2 after ")
        .contains("node-1 held: worker grep stopped by admin: the disk");
    assertThat(pids(fleet.agent(0))).isEmpty();

    cli("worker", "start", "node-1");
    eventually("runs again", "node-1", n -> n.state() == NodeState.CONVERGED);
    Fleets.oneReleaseAndOneWorker(fleet.agent(0), push.commit());
  }

  @Test
  void aNodeThatWasAwayIsRestartedWhenItComesBackAndOnlyOnce() {
    LocalAgent agent = fleet.agent(0);
    List<Long> before = pids(agent);
    agent.kill9();
    cli("worker", "restart", "node-1", "node-2");
    agent.start();

    replaced("node-1", agent, before);
    List<Long> after = pids(agent);
    agent.kill9();
    agent.start();
    eventually("seen again", "node-1", n -> n.state() == NodeState.CONVERGED);
    assertThat(pids(agent)).isEqualTo(after);
  }

  @Test
  void aGenerationIsKilledAndReplaced() {
    LocalAgent agent = fleet.agent(0);
    List<Long> before = pids(agent);
    WorkerStatus grep = Objects.requireNonNull(fleet.api().node("node-1").workers().get("grep"));
    String generation = String.valueOf(grep.generations().getFirst().number());

    cli("worker", "kill", "node-1", generation, "--reason", "it hangs");

    replaced("node-1", agent, before);
    assertThat(fleet.cli("worker", "kill", "node-1", generation, "--reason", "again").exit())
        .isEqualTo(4);
  }
}
