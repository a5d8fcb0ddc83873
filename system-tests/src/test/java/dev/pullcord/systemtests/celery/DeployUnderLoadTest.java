package dev.pullcord.systemtests.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.systemtests.Fleets;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.RedisServer;
import dev.pullcord.testkit.broker.TaskBroker;
import dev.pullcord.testkit.broker.TaskLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deploys to a fleet of Celery workers that is under load, of every sort that people make, with a
 * broker that is restarted and agents that are killed. No job is lost, none is done twice, none
 * sees two versions; a bad commit never does any; and no node is called converged that is not. Five
 * nodes, jobs of 25 s and 20 deploys with {@code --full}; three, 6 s and the sorts once otherwise.
 */
class DeployUnderLoadTest {
  private static final long SEED = 20_261_125;
  private static final boolean FULL = Boolean.getBoolean("pullcord.full");
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final Set<String> pairs = new HashSet<>();
  private final Random random = new Random(SEED);
  private LocalFleet fleet;
  private CeleryWork work;
  private Witness witness;
  private TaskLoad load;
  private final Set<String> givenOutAgain = new TreeSet<>();
  private TaskBroker broker;
  private int number;
  private int deploys;
  private String code = "";
  private String patterns = "";

  @BeforeEach
  void begin() throws IOException {
    Path python = Needs.celery();
    Needs.tool("git");
    Path ledger = Files.createDirectories(directory.resolve("ledger"));
    broker = broker(directory.resolve("broker"));
    work = new CeleryWork(broker.url(), ledger);
    fleet = Fleets.started(directory.resolve("fleet"), FULL ? 5 : 3);
    witness = Witness.started(fleet, python, broker.url(), ledger);
    deploy("c1", "p1", work.version("c1", "p1"));
    // Long jobs alone keep 45 % of the slots busy, short ones 10 to 17 % more.
    load =
        TaskLoad.started(
            python,
            broker.url(),
            ledger,
            FULL ? new TaskLoad.Rate(25, 11, 5) : new TaskLoad.Rate(6, 27, 5),
            TaskLoad.Route.GREP);
  }

  @AfterEach
  void end() {
    load.close();
    witness.close();
    fleet.close();
    broker.close();
  }

  /** What the jobs go through. */
  TaskBroker broker(Path home) {
    return RedisServer.started(home);
  }

  @Test
  void losesNoJobAndDoesNoneTwice() throws IOException {
    for (int round = 0; round < (FULL ? 2 : 1); round++) {
      everySortOfDeploy();
    }
    load.stop();
    load.awaitIdle();
    oldGenerationsEndByThemselves();
    witness.close();

    report();
    assertThat(load.lost()).isEmpty();
    assertThat(load.doneTwice()).isSubsetOf(givenOutAgain);
    assertThat(load.done())
        .allSatisfy(job -> assertThat(job.late()).isEqualTo(job.code()))
        .allSatisfy(job -> assertThat(pairs).contains(job.code() + " " + job.patterns()));
    assertThat(load.versions()).noneMatch(version -> version.startsWith("bad"));
    assertThat(witness.lies()).isEmpty();
    assertThat(witness.judged()).isGreaterThan(20);
  }

  private void report() throws IOException {
    Handovers.lines(fleet.api(), fleet.agents().stream().map(LocalAgent::name).toList())
        .forEach(System.out::println);
    System.out.println(
        "seconds in which two versions began jobs, version by version: " + load.mixedWindows());
    System.out.printf(
        "celery under load: %d jobs, %d lost, %d twice, %d deploys; witness: %s%n",
        load.sent().size(), load.lost().size(), load.doneTwice().size(), deploys, witness.text());
  }

  private void everySortOfDeploy() {
    deploy(next("c"), patterns);
    bad("import of tasks.app failed", work.brokenImport(bad()));
    deploy(code, next("p"));
    bad("no_such_module", work.brokenLateImport(bad()));
    bad("check sh bin/check search/ exited 1", work.patterns("BAD"));
    fleet.workTree().write(work.patterns(patterns));
    twoWithinOneDrain();
    sameCommitAgain();
    whileTheAgentIsKilled();
    load.pause();
    deploy(next("c"), patterns);
    // What is under way is the broker's to give out again, and counted apart.
    givenOutAgain.addAll(load.underWay());
    broker.stop();
    broker.start();
    load.resume();
    allConverged(fleet.workTree().head());
    whileTheAgentIsKilled();
  }

  private String next(String prefix) {
    number++;
    String version = prefix + number;
    if (prefix.equals("c")) {
      code = version;
    } else {
      patterns = version;
    }
    return version;
  }

  private String bad() {
    number++;
    return "bad" + number;
  }

  private void deploy(String codeVersion, String patternVersion) {
    Map<String, String> files = new HashMap<>(work.code(codeVersion));
    files.putAll(work.patterns(patternVersion));
    deploy(codeVersion, patternVersion, files);
  }

  private void deploy(String codeVersion, String patternVersion, Map<String, String> files) {
    code = codeVersion;
    patterns = patternVersion;
    PushResult pushed = push(files, "Deploy " + code + " " + patterns);
    assertThat(pushed.converged()).as(pushed.output()).isTrue();
  }

  private PushResult push(Map<String, String> files, String message) {
    fleet.workTree().write(files);
    know(fleet.workTree().commit(message));
    return fleet.workTree().push(line -> {});
  }

  private void know(String commit) {
    deploys++;
    pairs.add(code + " " + patterns);
    witness.knows(commit, code, patterns);
  }

  /** What is pushed never works; what was there stays, also for the next good commit. */
  private void bad(String reason, Map<String, String> files) {
    fleet.workTree().write(files);
    deploys++;
    fleet.workTree().commit("Bad");
    PushResult pushed = fleet.workTree().push(line -> {});
    assertThat(pushed.converged()).as(pushed.output()).isFalse();
    assertThat(pushed.output()).contains(reason);
    fleet.workTree().write(work.code(code));
  }

  private void twoWithinOneDrain() {
    fleet.workTree().write(work.code(next("c")));
    know(fleet.workTree().commit("First of two"));
    fleet.workTree().push(line -> {}, "-o", "nowait", "origin", "HEAD");
    LockSupport.parkNanos(Duration.ofMillis(1500 + random.nextInt(2000)).toNanos());
    deploy(next("c"), patterns);
  }

  private void sameCommitAgain() {
    PushResult pushed = push(Map.of(), "The same again");
    assertThat(pushed.converged()).as(pushed.output()).isTrue();
  }

  private void whileTheAgentIsKilled() {
    fleet.workTree().write(work.code(next("c")));
    String commit = fleet.workTree().commit("Killed");
    know(commit);
    fleet.workTree().push(line -> {}, "-o", "nowait", "origin", "HEAD");
    for (LocalAgent agent : fleet.agents()) {
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1500)).toNanos());
      agent.kill9();
      agent.start();
    }
    allConverged(commit);
  }

  private void allConverged(String commit) {
    Eventually.within(LIMIT)
        .until(
            "all converged on " + commit,
            () -> fleet.api().nodes(),
            nodes ->
                nodes.stream()
                    .allMatch(n ->
                        n.state() == NodeState.CONVERGED
                            && n.appliedCommit() != null
                            && n.appliedCommit().value().equals(commit)));
  }

  private void oldGenerationsEndByThemselves() {
    for (LocalAgent agent : fleet.agents()) {
      List<GenerationPhase> alone = List.of(GenerationPhase.CONSUMING);
      Eventually.within(LIMIT)
          .until(
              "one generation on " + agent.name(),
              () ->
                  agent.status().workers().values().stream()
                      .flatMap(worker -> worker.generations().stream())
                      .map(GenerationStatus::phase)
                      .toList(),
              alone::equals);
    }
  }
}
