package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits that reach three real nodes one after the other, good ones and bad ones. */
@SuppressWarnings("NullAway.Init")
class RolloutTest {
  private static final String ONE_BY_ONE = "rollout: {strategy: rolling, max-unavailable: 1}\n";
  private static final String CANARY =
      "rollout: {strategy: canary, canary: {nodes: 1, hold: %s, then: all}}\n";

  @TempDir static Path directory;
  private static LocalFleet fleet;
  private static int version = 10;

  /** The common pool has one thread on two cores. */
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeAll
  static void start() {
    fleet = Fleets.converged(directory.resolve("fleet"), 3);
  }

  @AfterAll
  static void end() {
    fleet.close();
  }

  private static Map<String, String> work(String rollout) {
    Map<String, String> files = new HashMap<>(SmallWork.good());
    files.putAll(SmallWork.task(Integer.toString(++version)));
    files.put("pullcord.yaml", SmallWork.MANIFEST + rollout);
    return files;
  }

  private static List<Long> pids(List<LocalAgent> agents) {
    return agents.stream()
        .flatMap(agent -> agent.workers().stream())
        .map(WorkerProcess::pid)
        .toList();
  }

  @Test
  void nodesGetACommitOneAfterTheOtherAndThePushShowsTheWaves() {
    PushResult push = fleet.push(work(ONE_BY_ONE), "One by one");
    assertThat(push.converged()).as(push.output()).isTrue();
    assertThat(push.output())
        .contains("rolling in 3 waves")
        .contains("wave 1 running: node-1", "wave 3 done: node-3");
    assertThat(Fleets.convergedAt(fleet, push.commit())).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aCanaryWhoseWorkerDiesLaterStopsItAfterOneNode() {
    PushResult good = fleet.push(work(""), "All at once");
    assertThat(good.converged()).as(good.output()).isTrue();
    List<LocalAgent> others = fleet.agents().subList(1, 3);
    List<Long> before = pids(others);
    Map<String, String> lazy = work(CANARY.formatted("60s"));
    lazy.put("tasks/worker", ": >\"${PULLCORD_CURRENT%/current}/ready\"\nsleep 2\nexit 3\n");
    PushResult push = fleet.push(lazy, "Die a little later");
    assertThat(push.summary().orElseThrow()).startsWith("not converged 0/3 after ");
    assertThat(push.output())
        .contains("canary failed: node-1")
        .contains(
            "the rollout is halted: 1 node failed, more than the failure budget of 0: node-1 (")
        .contains("pullcord resume main");
    assertThat(pids(others)).isEqualTo(before);
    for (LocalAgent agent : others) {
      NodeView node = fleet.api().node(agent.name());
      assertThat(node.state()).isEqualTo(NodeState.WAITING);
      assertThat(node.reason()).startsWith("waiting: the rollout of ").contains(" is halted: ");
      assertThat(node.appliedCommit()).hasToString(good.commit());
      assertThat(agent.status().reason()).startsWith("waiting: the rollout of ");
    }
    assertThat(fleet.cli("wait", "main", "--timeout", "20s").exit()).isEqualTo(1);
    assertThat(String.join("", fleet.cli("rollout", "main", "-o", "json").lines()))
        .contains("\"state\":\"halted\"", "\"released\":1", "\"failed\":1");
    PushResult mended = fleet.push(work(""), "Mend it");
    assertThat(mended.converged()).as(mended.output()).isTrue();
  }

  @Test
  void pastTheBudgetThoseThatHaveItGoBackToTheReleaseThatTheyStillHave() {
    PushResult good = fleet.push(work(""), "All at once");
    assertThat(good.converged()).as(good.output()).isTrue();
    Path before = Fleets.realPath(fleet.agent(0).state().resolve("current"));
    Map<String, String> odd =
        work("rollout: {strategy: rolling, max-unavailable: 1, on-halt: rollback}\n");
    odd.put("bin/check", "test \"$PULLCORD_NODE\" != node-2\n");
    PushResult push = fleet.push(odd, "Well on the first node alone");
    assertThat(push.output())
        .contains(
            "the rollout is halted: 1 node failed, more than the failure budget of 0: node-2 (")
        .contains("nodes that had the commit go back");
    for (LocalAgent agent : fleet.agents()) {
      Eventually.within(Fleets.RECOVERY)
          .until(
              agent.name() + " runs what it ran before",
              agent::status,
              status ->
                  good.commit().equals(String.valueOf(status.appliedCommit()))
                      && status.state() == NodeState.WAITING);
      Fleets.oneReleaseAndOneWorker(agent, good.commit());
    }
    assertThat(Fleets.realPath(fleet.agent(0).state().resolve("current"))).isEqualTo(before);
    assertThat(String.join("", fleet.cli("rollout", "main", "-o", "json").lines()))
        .contains("\"state\":\"halted\"", "\"failed\":1");
    PushResult mended = fleet.push(work(""), "Mend it");
    assertThat(mended.converged()).as(mended.output()).isTrue();
  }

  @Test
  void theServerGoesOnWithItsWavesAfterKillNine() {
    fleet.workTree().write(work(ONE_BY_ONE));
    String commit = fleet.workTree().commit("Kill the server in a wave");
    fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
    fleet.killServer();
    fleet.startServer();
    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, commit));
    // Of the two that have not begun, the one goes first that the started server hears of first.
    List<Instant> times = Fleets.convergedAt(fleet, commit);
    assertThat(times).doesNotHaveDuplicates();
    assertThat(times.getFirst()).isEqualTo(Collections.min(times));
  }

  @Test
  void ofPauseAndPromoteAtOnceOneOrderWinsAndBothAreTold() {
    fleet.workTree().write(work(CANARY.formatted("1h")));
    String commit = fleet.workTree().commit("Look at the canary for an hour");
    fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
    Fleets.convergedOn(fleet, fleet.agent(0), commit);
    CompletableFuture<ProgramCall.Result> pause =
        CompletableFuture.supplyAsync(
            () -> fleet.cli("pause", "main", "--reason", "looks odd"), threads);
    ProgramCall.Result promote = fleet.cli("promote", "main");
    ProgramCall.Result paused = pause.join();
    assertThat(List.of(paused.exit(), promote.exit())).contains(0).isSubsetOf(0, 4);
    String audit = String.join("\n", fleet.cli("audit", "-o", "json").lines());
    assertThat(audit).contains("rollout.pause").contains("promote");
    if (paused.exit() == 0) {
      assertThat(fleet.cli("resume", "main").exit()).isZero();
      Eventually.within(Fleets.RECOVERY)
          .until(
              "promoted",
              () -> fleet.cli("promote", "main"),
              done -> done.exit() == 0 || String.join("", done.lines()).contains("done"));
    }
    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, commit));
  }
}
