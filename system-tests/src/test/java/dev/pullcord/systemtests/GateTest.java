package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A branch moves only if its canary runs the commit well, whoever is killed meanwhile. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GateTest {
  private static final long SEED = 20261128;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private LocalFleet fleet;

  @BeforeAll
  void start(@TempDir Path directory) {
    fleet = Fleets.converged(directory.resolve("fleet"), 2);
  }

  @AfterAll
  void end() {
    fleet.close();
    threads.close();
  }

  @BeforeEach
  void beginWithWhatTheServerHas() {
    backToTheServers();
  }

  private PushResult gated() {
    return fleet.workTree().push(_ -> {}, "-o", "gate", "-o", "timeout=60s", "origin", "HEAD");
  }

  private String head() {
    return Objects.requireNonNull(fleet.api().fleet().refs().getFirst().commit()).value();
  }

  /** The clone is where the server is, whatever became of what it pushed. */
  private void backToTheServers() {
    fleet.workTree().git("fetch", "-q", "origin");
    fleet.workTree().git("reset", "-q", "--hard", "origin/main");
  }

  private void allRun(String commit) {
    for (LocalAgent agent : fleet.agents()) {
      Fleets.convergedOn(fleet, agent, commit);
    }
  }

  private void untilAGateIsOpen() {
    Eventually.within(Duration.ofSeconds(60))
        .isTrue(
            "a gate is open",
            () -> fleet.cli("why", "node-1").output().contains("It is a canary of the gate of"));
  }

  @Test
  void theBranchMovesWhenItsCanaryIsWellAndElseTheCanaryIsBack() {
    String first = head();
    fleet.workTree().write(SmallWork.search("BAD"));
    String bad = fleet.workTree().commit("A bad pattern");

    PushResult refused = gated();

    assertThat(refused.exit()).as(refused.output()).isNotZero();
    assertThat(refused.output()).contains("GATE_FAILED", "a.patterns", "node-1 is back");
    assertThat(head()).isEqualTo(first);
    allRun(first);
    backToTheServers();
    fleet.workTree().write(SmallWork.task("2"));
    String good = fleet.workTree().commit("A good task");

    PushResult moved = gated();

    assertThat(moved.exit()).as(moved.output()).isZero();
    assertThat(moved.output()).contains("gate passed: node-1 ran " + good.substring(0, 7));
    assertThat(moved.converged()).as(moved.output()).isTrue();
    assertThat(head()).isEqualTo(good).isNotEqualTo(bad);
    String audit = fleet.cli("audit").output();
    assertThat(audit).contains("opened a gate for main", "passed: node-1 ran it well");
  }

  @Test
  void oneGateAtATimeAndAPushWithoutOneGoesFirst() {
    fleet.workTree().write(slow("2"));
    fleet.workTree().commit("A slow task");
    CompletableFuture<PushResult> slow = CompletableFuture.supplyAsync(() -> gated(), threads);
    untilAGateIsOpen();
    var other = fleet.newClone("other");
    other.write(SmallWork.search("OTHER"));
    String others = other.commit("Another one");

    PushResult second = other.push(_ -> {}, "-o", "gate", "origin", "HEAD");
    assertThat(second.output()).contains("GATE_OPEN", "a gate of admin is open since");

    PushResult plain = other.push(_ -> {}, "origin", "HEAD");
    assertThat(plain.exit()).as(plain.output()).isZero();
    assertThat(slow.join().output()).contains("was moved by another push meanwhile");
    assertThat(head()).isEqualTo(others);
    allRun(others);
  }

  /** A task that takes long to be well. */
  private static Map<String, String> slow(String version) {
    Map<String, String> files = new HashMap<>(SmallWork.task(version));
    files.put("bin/is-well", "sleep 1; test -e /nonexistent\n");
    files.put("pullcord.yaml", SmallWork.MANIFEST);
    return files;
  }

  @Test
  void whoeverIsKilledTheBranchMovedExactlyWhenItsCanaryRanItWell() {
    int tries = Integer.getInteger("pullcord.gate.tries", Fleets.full() ? 200 : 3);
    Random random = new Random(SEED);
    int moved = 0;
    for (int i = 1; i <= tries; i++) {
      moved += tryOnce(i, random) ? 1 : 0;
    }
    System.out.printf("%d tries, the branch moved in %d%n", tries, moved);
  }

  private boolean tryOnce(int number, Random random) {
    boolean good = random.nextInt(3) > 0;
    String before = head();
    fleet.workTree().write(good ? SmallWork.task("T" + number) : SmallWork.search("BAD"));
    String candidate = fleet.workTree().commit("Try " + number);
    CompletableFuture<PushResult> pushing = CompletableFuture.supplyAsync(() -> gated(), threads);
    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(2500)).toNanos());
    int victim = number % 3;
    switch (victim) {
      case 1 -> {
        fleet.agent(0).kill9();
        fleet.agent(0).start();
      }
      case 2 -> {
        fleet.killServer();
        fleet.startServer();
      }
      default -> {} // nobody is killed
    }
    PushResult pushed = pushing.join();
    String after = head();
    String what = "try %d, good %s, victim %d: %s".formatted(number, good, victim, pushed.output());
    assertThat(after).as(what).isIn(good ? List.of(before, candidate) : List.of(before));
    if (victim != 2) {
      assertThat(after).as(what).isEqualTo(good ? candidate : before);
    }
    if (pushed.exit() == 0) {
      assertThat(after).as(what).isEqualTo(candidate);
    }
    allRun(after);
    assertThat(fleet.cli("why", "node-1").output()).as(what).doesNotContain("gate");
    backToTheServers();
    return after.equals(candidate);
  }
}
