package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.HoldCalls;
import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The last decision stands while the server is away; pins expire all the same. One fleet for all
 * tests of the class.
 */
class ServerAwayTest {
  @TempDir static Path directory;
  private static LocalFleet fleet;

  @BeforeAll
  static void start() {
    fleet = Fleets.converged(directory.resolve("fleet"), 1);
  }

  @AfterAll
  static void end() {
    fleet.close();
  }

  /** Whatever the test before did, the server is there, and the node runs what it has. */
  @BeforeEach
  void begin() {
    if (!fleet.isServerAlive()) {
      fleet.startServer();
    }
    GitClone clone = fleet.workTree();
    clone.git("fetch", "-q", "origin");
    clone.git("reset", "-q", "--hard", "origin/main");
    Fleets.connected(fleet.agent(0));
    Fleets.convergedOn(fleet, fleet.agent(0), clone.head());
  }

  @Test
  void aWorkerThatDiesIsStartedAgainAndTheReportArrivesLater() {
    LocalAgent agent = fleet.agent(0);
    fleet.stopServer();
    WorkerProcess before = agent.workers().getFirst();
    ProcessHandle.of(before.pid()).ifPresent(ProcessHandle::destroyForcibly);
    Eventually.within(Fleets.RECOVERY)
        .until(
            "another worker runs",
            agent::workers,
            now -> now.size() == 1 && now.getFirst().pid() != before.pid());
    NodeStatus status =
        Eventually.within(Fleets.RECOVERY)
            .until("reports wait", () -> Fleets.asked(agent), s -> s.spooledReports() > 0);
    assertThat(status.appliedCommit()).hasToString(fleet.workTree().head());
    fleet.startServer();
    Fleets.convergedOn(fleet, agent, fleet.workTree().head());
    Eventually.within(Fleets.RECOVERY)
        .until("all reports arrived", () -> Fleets.asked(agent), s -> s.spooledReports() == 0);
    assertThat(agent.workers()).hasSize(1);
  }

  @Test
  void anAgentThatStartsWithoutItsServerKeepsWhatItHas() {
    LocalAgent agent = fleet.agent(0);
    List<WorkerProcess> before = agent.workers();
    fleet.stopServer();
    agent.stop();
    agent.start();
    Eventually.within(Fleets.RECOVERY)
        .until("converged", () -> Fleets.asked(agent), s -> s.state() == NodeState.CONVERGED);
    assertThat(agent.workers()).isEqualTo(before);
  }

  @Test
  void aPinThatExpiresMeanwhileTakesTheNodeBack() {
    String main = fleet.workTree().head();
    fleet.workTree().write(SmallWork.search("PINNED"));
    String pinned = fleet.workTree().commit("Only for the pinned node");
    fleet.workTree().push(_ -> {}, "origin", "HEAD:refs/heads/try");
    PinView.Request pin = new PinView.Request("try", "1m", "try it");
    new HoldCalls(fleet.api().client()).pin(new NodeName("node-1"), pin).orThrow();
    LocalAgent agent = fleet.agent(0);
    Fleets.convergedOn(fleet, agent, pinned);
    fleet.stopServer();
    Eventually.within(Duration.ofSeconds(120))
        .until(
            "the node is back on main",
            () -> Fleets.asked(agent),
            s -> s.appliedCommit() != null && s.appliedCommit().value().equals(main));
    assertThat(agent.status().pin()).isNull();
    Fleets.oneReleaseAndOneWorker(agent, main);
    fleet.startServer();
    Fleets.convergedOn(fleet, agent, main);
    assertThat(fleet.api().pins()).isEmpty();
  }
}
