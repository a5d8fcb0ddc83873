package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is said before is what happens then, with the packaged programs. One fleet for all tests of
 * the class, whose nodes run the head of main when a test begins.
 */
class PlanAndNoopTest {
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

  private static List<Long> pids(LocalAgent agent) {
    return agent.workers().stream().map(WorkerProcess::pid).toList();
  }

  private static void tried() {
    fleet.workTree().write(SmallWork.task("tried"));
    fleet.workTree().commit("Work differently");
    PushResult side = fleet.workTree().push(_ -> {}, "origin", "HEAD:refs/heads/try");
    assertThat(side.output()).contains("pullcord plan try");
  }

  @Test
  void aSideBranchIsPlannedForTheFleetAndDoesThatWhenItComesToMain() {
    List<Long> before = pids(fleet.agent(0));
    tried();

    ProgramCall.Result plan = fleet.cli("plan", "try");

    assertThat(plan.exit()).as(plan.output()).isZero();
    assertThat(plan.output())
        .contains("no node follows try")
        .contains("2 nodes: restart grep", "changes task-code", "node-1, node-2")
        .contains("a node runs: sh bin/check search/", "nothing was changed");
    assertThat(pids(fleet.agent(0))).isEqualTo(before);
    assertThat(fleet.cli("plan", "no-such-branch").exit()).isEqualTo(2);

    PushResult push = fleet.workTree().push(_ -> {}, "origin", "HEAD:main");

    assertThat(push.converged()).as(push.output()).isTrue();
    assertThat(pids(fleet.agent(0))).hasSize(1).doesNotContainAnyElementsOf(before);
    assertThat(fleet.cli("plan", "main").output()).contains("2 nodes: nothing, they run it");
    assertThat(fleet.agent(0).command("plan").output()).contains("would do nothing: it runs");
  }

  @Test
  void aNodeWithNoopSaysWhatItWouldDoAndKeepsItsWorker() throws IOException {
    LocalAgent noop = fleet.agent(1);
    Path config = Files.writeString(directory.resolve("agent.yaml"), "noop: true\nas-root: true\n");
    noop.stop();
    noop.start("--config", config.toString());
    Fleets.convergedOn(fleet, noop, fleet.workTree().head());
    final List<Long> before = pids(noop);
    String first = fleet.workTree().head();

    PushResult push = fleet.push(SmallWork.task("noop"), "Work differently");

    String said = "noop: would go to " + push.commit().substring(0, 7) + ": restart grep";
    assertThat(push.summary().orElseThrow())
        .startsWith("not converged 1/2 after ")
        .endsWith(": node-2 held: " + said);
    assertThat(pids(noop)).isEqualTo(before);
    Fleets.oneReleaseAndOneWorker(noop, first);
    assertThat(noop.command("plan").output())
        .contains("holds back, by noop in its agent.yaml; it would go to")
        .contains("drain generation " + noop.workers().getFirst().generation() + " of grep");
    assertThat(fleet.cli("wait", "main").exit()).isEqualTo(1);
    assertThat(fleet.cli("why", "node-2").output()).contains(said, "noop is taken out of");
    assertThat(fleet.cli("plan", "main").output())
        .contains("noop is set there; else: restart grep");

    ProcessHandle.of(before.getFirst()).orElseThrow().destroyForcibly();
    Eventually.within(Fleets.RECOVERY)
        .until(
            "the worker is started again",
            () -> pids(noop),
            now -> !now.equals(before) && now.size() == 1);
    Eventually.within(Fleets.RECOVERY)
        .until("held again", () -> fleet.api().node("node-2").state(), NodeState.HELD::equals);
    Fleets.oneReleaseAndOneWorker(noop, first);

    noop.stop();
    noop.start();
    Fleets.convergedOn(fleet, noop, push.commit());
  }
}
