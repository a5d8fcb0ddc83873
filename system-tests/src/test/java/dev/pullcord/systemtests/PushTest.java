package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good, bad and failing commits, pushed with the real git to a real server with real agents; one
 * fleet for all tests of the class.
 */
class PushTest {
  /** The common pool has one thread on two cores. */
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

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
    GitClone clone = fleet.workTree();
    clone.git("fetch", "-q", "origin");
    clone.git("reset", "-q", "--hard", "origin/main");
    Map<String, String> files = new HashMap<>(SmallWork.good());
    files.putAll(SmallWork.task(test.getDisplayName()));
    PushResult pushed = fleet.push(files, "Begin");
    assertThat(pushed.converged()).as(pushed.output()).isTrue();
    assertThat(pushed.summary().orElseThrow()).startsWith("converged 2/2 in ");
  }

  @Test
  void searchFilesGoLiveAndNothingRestarts() {
    List<Long> before = pids();
    PushResult push = fleet.push(SmallWork.search("WARN"), "Match WARN");
    assertThat(push.converged()).as(push.output()).isTrue();
    assertThat(push.summary().orElseThrow()).startsWith("converged 2/2 in ");
    assertThat(pids()).isEqualTo(before);
    for (LocalAgent agent : fleet.agents()) {
      Fleets.releaseEquals(agent, SmallWork.search("WARN"));
      Fleets.oneReleaseAndOneWorker(agent, push.commit());
    }
  }

  @Test
  void taskCodeRestartsTheWorkerOnceAndOnlyOnceForTheSameTree() {
    List<Long> before = pids();
    PushResult push = fleet.push(SmallWork.task("2"), "Work differently");
    assertThat(push.converged()).as(push.output()).isTrue();
    assertThat(pids()).doesNotContainAnyElementsOf(before);
    List<Long> after = pids();
    PushResult same = fleet.push(Map.of("README.md", "words\n"), "Only words");
    assertThat(same.converged()).as(same.output()).isTrue();
    assertThat(pids()).isEqualTo(after);
  }

  @Test
  void aBadManifestIsRefusedWithTheLineThatIsWrong() {
    String head = fleet.workTree().head();
    PushResult push =
        fleet.push(
            Map.of("pullcord.yaml", SmallWork.MANIFEST.replace("health:", "helth:")), "Misspell");
    assertThat(push.exit()).isNotZero();
    assertThat(push.output())
        .contains("MANIFEST_UNKNOWN_KEY")
        .contains("pullcord.yaml:10:")
        .contains("health");
    assertThat(fleet.api().fleet().refs().getFirst().commit()).hasToString(head);
  }

  @Test
  void anIllCommitGoesBackShowsItsLastWordsAndIsTriedAgainOnlyWhenAsked() {
    String good = fleet.workTree().head();
    PushResult push = fleet.push(SmallWork.illTask("no such table: words"), "Break it");
    assertThat(push.exit()).isZero();
    assertThat(push.converged()).isFalse();
    assertThat(push.summary().orElseThrow()).startsWith("not converged 0/2 after ");
    assertThat(push.output()).contains("node-1", "node-2", "no such table: words");
    for (LocalAgent agent : fleet.agents()) {
      NodeView node = fleet.api().node(agent.name());
      assertThat(node.state()).isEqualTo(NodeState.ROLLED_BACK);
      assertThat(node.why()).contains("retry");
      Fleets.oneReleaseAndOneWorker(agent, good);
    }
    List<Long> settled = pids();
    assertThat(fleet.cli("retry", "node-1").exit()).isZero();
    Eventually.within(Fleets.RECOVERY)
        .until("node-1 tried again", this::pids, now -> !now.equals(settled));
    PushResult mended = fleet.push(SmallWork.good(), "Mend it");
    assertThat(mended.converged()).as(mended.output()).isTrue();
  }

  @Test
  void aBadSearchFileNeverGoesLive() {
    String good = fleet.workTree().head();
    List<Long> before = pids();
    PushResult push = fleet.push(SmallWork.search("BAD"), "Bad pattern");
    assertThat(push.summary().orElseThrow()).startsWith("not converged 0/2 after ");
    assertThat(push.output()).contains("search/a.patterns:1:BAD");
    assertThat(pids()).isEqualTo(before);
    for (LocalAgent agent : fleet.agents()) {
      Fleets.oneReleaseAndOneWorker(agent, good);
    }
  }

  @Test
  void aPushCanReturnAtOnceAndWaitTellsTheRest() {
    GitClone clone = fleet.workTree();
    clone.write(SmallWork.task("3"));
    String commit = clone.commit("Do not wait");
    PushResult push = clone.push(_ -> {}, "-o", "nowait", "origin", "HEAD");
    assertThat(push.exit()).isZero();
    assertThat(push.summary()).isEmpty();
    assertThat(fleet.cli("wait", commit, "--timeout", "60s").exit()).isZero();
  }

  @Test
  void aPushStopsWaitingAtItsLimitAndNamesWhatHoldsIt() {
    assertThat(fleet.push(SmallWork.stubbornTask(), "Ignore TERM").converged()).isTrue();
    GitClone clone = fleet.workTree();
    clone.write(SmallWork.task("4"));
    clone.commit("After the stubborn one");
    PushResult push = clone.push(_ -> {}, "-o", "timeout=15s", "origin", "HEAD");
    assertThat(push.summary().orElseThrow()).startsWith("not converged 0/2 after ");
    assertThat(push.output()).contains("draining");
    assertThat(fleet.api().node("node-1").state()).isEqualTo(NodeState.APPLYING);
    assertThat(fleet.api().node("node-1").draining()).isTrue();
    fleet.agents().forEach(a -> a.workers().forEach(w -> w.end(Duration.ofMillis(1))));
    for (LocalAgent agent : fleet.agents()) {
      Fleets.convergedOn(fleet, agent, clone.head());
    }
  }

  @Test
  void aSecondPushSupersedesTheFirstAndBothPushersAreTold() {
    assertThat(fleet.push(SmallWork.stubbornTask(), "Ignore TERM").converged()).isTrue();
    GitClone clone = fleet.workTree();
    clone.write(SmallWork.task("5"));
    String first = clone.commit("First");
    CompletableFuture<PushResult> firstPush =
        CompletableFuture.supplyAsync(
            () -> clone.push(_ -> {}, "origin", first + ":main"), threads);
    Eventually.within(Fleets.RECOVERY)
        .until(
            "the first push is on its way",
            () -> fleet.api().node("node-1"),
            node -> node.state() == NodeState.APPLYING);
    GitClone other = fleet.newClone("other");
    other.write(SmallWork.task("6"));
    String second = other.commit("Second");
    CompletableFuture<PushResult> secondPush =
        CompletableFuture.supplyAsync(() -> other.push(_ -> {}, "origin", "HEAD:main"), threads);
    PushResult superseded = firstPush.join();
    fleet.agents().forEach(a -> a.workers().forEach(w -> w.end(Duration.ofMillis(1))));
    PushResult last = secondPush.join();
    assertThat(superseded.summary().orElseThrow())
        .as(last.output())
        .startsWith("not converged 0/2 after ")
        .contains("superseded by " + second.substring(0, 7));
    assertThat(last.converged()).as(last.output()).isTrue();
    assertThat(last.output()).contains("supersedes " + first.substring(0, 7));
  }

  @Test
  void aBranchThatNobodyFollowsSaysSoAndEndsAtOnce() {
    PushResult push = fleet.workTree().push(_ -> {}, "origin", "HEAD:refs/heads/idea");
    assertThat(push.exit()).isZero();
    assertThat(push.output()).contains("no node follows idea");
    assertThat(push.summary()).isEmpty();
    assertThat(push.took()).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void severalRefsInOnePushGetOneSummaryEach() {
    assertThat(fleet.workTree().push(_ -> {}, "origin", "HEAD:refs/heads/canary").exit()).isZero();
    assertThat(fleet.cli("follow", "node-2", "canary").exit()).isZero();
    try {
      fleet.workTree().write(SmallWork.search("INFO"));
      fleet.workTree().commit("Both");
      PushResult push = fleet.workTree().push(_ -> {}, "origin", "HEAD:main", "HEAD:canary");
      assertThat(push.exit()).as(push.output()).isZero();
      assertThat(push.lines().stream().filter(l -> l.contains("converged 1/1 in "))).hasSize(2);
    } finally {
      assertThat(fleet.cli("follow", "node-2", "main").exit()).isZero();
    }
  }

  @Test
  void aFollowedBranchOnlyMovesForwardAndStays() {
    GitClone clone = fleet.workTree();
    fleet.push(SmallWork.search("TWO"), "Two");
    PushResult back = clone.push(_ -> {}, "--force", "origin", "HEAD~1:main");
    assertThat(back.exit()).isNotZero();
    assertThat(back.output()).contains("REF_NON_FF");
    PushResult delete = clone.push(_ -> {}, "--delete", "origin", "main");
    assertThat(delete.exit()).isNotZero();
    assertThat(delete.output()).contains("REF_DELETE_DENIED");
  }

  private List<Long> pids() {
    return fleet.agents().stream()
        .flatMap(agent -> agent.workers().stream())
        .map(WorkerProcess::pid)
        .toList();
  }
}
