package dev.pullcord.systemtests.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.systemtests.Fleets;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.RedisServer;
import dev.pullcord.testkit.broker.TaskLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commits that reach a fleet of Celery workers node by node, while it is under load: no job is lost
 * and none is done twice, also when the server or an agent is killed in the midst of it, and one
 * that only a task finds to be bad stops at the first node. Five nodes, jobs of 25 s and eight
 * rollouts with {@code --full}; two nodes, 2 s and one rollout of either sort otherwise.
 */
class RolloutUnderLoadTest {
  private static final boolean FULL = Fleets.full();
  private static final String ONE_BY_ONE = "strategy: rolling, max-unavailable: 1";
  private static final String CANARY = "strategy: canary, canary: {nodes: 1, hold: 3s}";

  @TempDir Path directory;
  private RedisServer broker;
  private CeleryWork work;
  private LocalFleet fleet;
  private TaskLoad load;
  private final Set<String> good = new HashSet<>();
  private int number;

  @BeforeEach
  void begin() throws IOException {
    Path python = Needs.celery();
    Needs.tool("git");
    Path ledger = Files.createDirectories(directory.resolve("ledger"));
    broker = RedisServer.started(directory.resolve("broker"));
    work = new CeleryWork(broker.url(), ledger);
    fleet = Fleets.started(directory.resolve("fleet"), FULL ? 5 : 2);
    good.add("c0");
    PushResult first = fleet.push(work.version("c0", "p0"), "Begin");
    assertThat(first.converged()).as(first.output()).isTrue();
    load =
        TaskLoad.started(
            python,
            broker.url(),
            ledger,
            FULL ? new TaskLoad.Rate(25, 11, 5) : new TaskLoad.Rate(2, 40, 5),
            TaskLoad.Route.GREP);
  }

  @AfterEach
  void end() {
    load.close();
    fleet.close();
    broker.close();
  }

  @Test
  void losesNoJobDoesNoneTwiceAndStopsAtTheFirstNodeThatFindsItBad() {
    oneByOne();
    badForItsCanary();
    if (FULL) {
      oneByOne();
      deploy(CANARY);
      whileTheServerIsKilled();
      badForItsCanary();
      whileAnAgentIsKilled();
      deploy("strategy: barrier");
    }
    load.stop();
    load.awaitIdle();

    System.out.printf(
        "rollouts under load: %d jobs, %d lost, %d twice, %d rollouts%n",
        load.sent().size(), load.lost().size(), load.doneTwice().size(), number);
    assertThat(load.sent()).hasSizeGreaterThan(FULL ? 300 : 30);
    assertThat(load.lost()).isEmpty();
    assertThat(load.doneTwice()).isEmpty();
    assertThat(load.done())
        .allSatisfy(job -> assertThat(job.late()).isEqualTo(job.code()))
        .allSatisfy(job -> assertThat(good).contains(job.code()));
    assertThat(load.versions()).isSubsetOf(good);
  }

  private Map<String, String> next(String rollout) {
    number++;
    good.add("c" + number);
    Map<String, String> files = new HashMap<>(work.rollout(rollout));
    files.putAll(work.code("c" + number));
    return files;
  }

  private String deploy(String rollout) {
    PushResult pushed = fleet.push(next(rollout), "Deploy c" + number);
    assertThat(pushed.converged()).as(pushed.output()).isTrue();
    return pushed.commit();
  }

  private void oneByOne() {
    String commit = deploy(ONE_BY_ONE);
    assertThat(Fleets.convergedAt(fleet, commit)).isSorted().doesNotHaveDuplicates();
  }

  private void badForItsCanary() {
    List<LocalAgent> others = fleet.agents().subList(1, fleet.agents().size());
    List<Long> before = workers(others);
    Map<String, String> files = new HashMap<>(work.rollout(CANARY));
    files.putAll(work.brokenLateImport("bad" + ++number));

    PushResult pushed = fleet.push(files, "A module that is imported late is missing");

    assertThat(pushed.converged()).as(pushed.output()).isFalse();
    assertThat(pushed.output())
        .contains(
            "no_such_module", "canary failed: node-1", "the rollout is halted: 1 node failed");
    assertThat(before).as("none has begun").containsAll(workers(others));
    for (LocalAgent agent : others) {
      assertThat(fleet.api().node(agent.name()).state()).isEqualTo(NodeState.WAITING);
    }
  }

  private static List<Long> workers(List<LocalAgent> agents) {
    return agents.stream()
        .flatMap(agent -> agent.workers().stream())
        .map(WorkerProcess::pid)
        .toList();
  }

  private String pushed() {
    fleet.workTree().write(next(ONE_BY_ONE));
    String commit = fleet.workTree().commit("Deploy c" + number);
    fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
    return commit;
  }

  private void whileTheServerIsKilled() {
    String commit = pushed();
    Fleets.convergedOn(fleet, fleet.agent(0), commit);
    fleet.killServer();
    fleet.startServer();
    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, commit));
  }

  private void whileAnAgentIsKilled() {
    String commit = pushed();
    Fleets.convergedOn(fleet, fleet.agent(0), commit);
    fleet.agent(1).kill9();
    fleet.agent(1).start();
    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, commit));
  }
}
