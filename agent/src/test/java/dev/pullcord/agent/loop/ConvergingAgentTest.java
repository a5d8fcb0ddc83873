package dev.pullcord.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvergingAgentTest {
  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  @Test
  void bringsTheFirstCommitToLife() throws IOException {
    CommitId first = rig.first();

    PassResult result = rig.push(first);

    assertThat(result.reason()).isEqualTo("runs " + first.abbreviated());
    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
    assertThat(rig.lines("starts")).hasSize(1);
    assertThat(rig.living()).hasSize(1);
    assertThat(rig.reports.steps())
        .extracting(StepRecord::kind)
        .containsExactly(
            StepRecord.Kind.FETCH,
            StepRecord.Kind.STAGE,
            StepRecord.Kind.CHECK,
            StepRecord.Kind.SWITCH,
            StepRecord.Kind.START,
            StepRecord.Kind.HEALTH);
    assertThat(rig.agent().status().appliedCommit()).isEqualTo(first);
    assertThat(rig.agent().status().workers().values())
        .singleElement()
        .satisfies(worker -> assertThat(worker.proof()).startsWith("pid "));
    assertThat(Files.exists(rig.current().resolve("README"))).isFalse();
  }

  @Test
  void everyStepIsUnderWayFromItsBeginningToItsEnd() throws IOException {
    rig.push(rig.first());

    List<StepRecord> steps = rig.reports.steps();
    assertThat(rig.reports.begun)
        .extracting(p -> p.step().pass() + "." + p.step().index() + " " + p.step().kind())
        .containsExactlyElementsOf(
            steps.stream().map(s -> s.pass() + "." + s.index() + " " + s.kind()).toList());
    assertThat(rig.reports.begun).allMatch(p -> p.status().state() == NodeState.APPLYING);
    assertThat(rig.reports.begun.getLast().step().done())
        .isSubsetOf(steps)
        .doesNotContain(steps.getLast());
    assertThat(rig.reports.asked.get()).as("nothing is").isEmpty();
  }

  @Test
  void aSearchOnlyCommitTouchesNoWorker() throws IOException {
    rig.push(rig.first());
    CommitId second = rig.commit("search/one", "better pattern\n");

    PassResult result = rig.push(second);

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.released("search/one")).isEqualTo("better pattern\n");
    assertThat(rig.lines("starts")).hasSize(1);
    assertThat(rig.lines("terms")).isEmpty();
  }

  @Test
  void aTaskCommitRestartsTheWorkerOnce() throws IOException {
    rig.push(rig.first());
    CommitId second = rig.commit("tasks/task", "a better task\n");

    PassResult result = rig.push(second);

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("starts")).hasSize(2);
    assertThat(rig.lines("starts").getLast()).endsWith(second.value());
    assertThat(rig.lines("terms")).hasSize(1);
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void aCommitThatTouchesNoBundleMovesTheVersionAndNothingElse() throws IOException {
    rig.push(rig.first());
    Path before = rig.current();
    CommitId second = rig.commit("README", "better words\n");

    PassResult result = rig.push(second);

    assertThat(result.reason()).isEqualTo("runs " + second.abbreviated());
    assertThat(rig.agent().status().appliedCommit()).isEqualTo(second);
    assertThat(rig.current()).isEqualTo(before);
    assertThat(rig.lines("starts")).hasSize(1);
  }

  @Test
  void aPassWithNothingToDoWritesAndReportsNothing() throws IOException {
    rig.push(rig.first());
    rig.pass();
    long journal = Files.size(rig.home.resolve("journal"));
    int reports = rig.reports.made.size();

    PassResult result = rig.pass();

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(Files.size(rig.home.resolve("journal"))).isEqualTo(journal);
    assertThat(rig.reports.made).hasSize(reports);
    assertThat(rig.source.asked).isEqualTo(1);
  }

  @Test
  void aFailingCheckIsQuarantinedBeforeAnythingIsTouched() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    CommitId bad = rig.commit("search/two", "BAD pattern\n");

    PassResult result = rig.push(bad);

    assertThat(result.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(result.reason()).startsWith("check bin/check exited 1: ").endsWith("BAD pattern");
    assertThat(rig.released("search/two")).isEqualTo("second pattern\n");
    assertThat(rig.lines("terms")).isEmpty();
    assertThat(rig.agent().status().appliedCommit()).isEqualTo(first);
    int asked = rig.source.asked;
    assertThat(rig.pass().state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(rig.source.asked).isEqualTo(asked);
  }

  @Test
  void goesBackWhenTheNewWorkerDies() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    CommitId bad =
        rig.commit(
            "bin/worker",
            "#!/bin/sh\necho \"$$ dies\" >> \"$LEDGER/starts\"\necho cannot go on\nexit 3\n");

    PassResult result = rig.push(bad);

    assertThat(result.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(result.reason()).isEqualTo("worker grep exited 3: cannot go on");
    assertThat(rig.released("bin/worker")).isEqualTo(Rig.WORKER);
    assertThat(rig.lines("starts")).hasSize(3);
    assertThat(rig.lines("starts").getLast()).endsWith(first.value());
    assertThat(rig.living()).hasSize(1);
    assertThat(rig.reports.steps())
        .filteredOn(s -> s.outcome() == StepRecord.Outcome.RELEASE_FAULT)
        .singleElement()
        .satisfies(s -> {
          // It may be gone before it was ever seen.
          assertThat(s.kind()).isIn(StepRecord.Kind.START, StepRecord.Kind.HEALTH);
          assertThat(s.exitCode()).isEqualTo(3);
          assertThat(s.output()).contains("cannot go on");
        });
    assertThat(rig.reports.steps()).extracting(StepRecord::kind).contains(StepRecord.Kind.ROLLBACK);
  }

  @Test
  void goesBackWhenASearchOnlyCommitMakesTheWorkerUnwell() throws IOException {
    List<String> health = List.of("sh", "-c", "! grep -r SICK $PULLCORD_CURRENT/search");
    rig.push(rig.source.commit(rig.manifest(Map.of(), health, Rig.WELL_WITHIN), rig.files()));
    Map<String, String> files = rig.files();
    files.put("search/one", "SICK\n");
    CommitId bad = rig.source.commit(rig.manifest(Map.of(), health, Duration.ofSeconds(1)), files);

    PassResult result = rig.push(bad);

    assertThat(result.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(result.reason()).startsWith("worker grep: health: not well 2 times in a row");
    assertThat(rig.released("search/one")).isEqualTo("first pattern\n");
    assertThat(rig.lines("starts")).hasSize(1);
  }

  @Test
  void aFirstCommitThatFailsLeavesNothing() throws IOException {
    CommitId bad =
        rig.commit("bin/worker", "#!/bin/sh\necho \"$$ dies\" >> \"$LEDGER/starts\"\nexit 4\n");

    PassResult result = rig.push(bad);

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason()).isEqualTo("no earlier release: worker grep exited 4");
    assertThat(Files.exists(rig.home.resolve("current"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(rig.living()).isEmpty();
  }

  @Test
  void aQuarantineEndsWithAnOperatorsRetryOnTheServerOrHere() throws IOException {
    rig.push(rig.first());
    CommitId bad = rig.commit("search/two", "BAD pattern\n");
    rig.push(bad);
    Files.createFile(rig.ledger.resolve("mended"));

    rig.decisions.decide(bad, 1);
    assertThat(rig.pass().state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(checks()).isEqualTo(3);

    rig.pass();
    assertThat(checks()).isEqualTo(3);

    assertThat(rig.agent().retry()).contains(bad.abbreviated());
    rig.pass();
    assertThat(checks()).isEqualTo(4);
  }

  private long checks() {
    return rig.reports.steps().stream().filter(s -> s.kind() == StepRecord.Kind.CHECK).count();
  }

  @Test
  void aRefusedCommitIsQuarantinedAndTheNextOneIsNot() throws IOException {
    CommitId first = rig.first();
    rig.push(first);

    PassResult refused = rig.push(rig.source.refused("MANIFEST_TYPE  pullcord.yaml:3:1 no"));
    PassResult next = rig.push(rig.commit("search/one", "good\n"));

    assertThat(refused.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(refused.reason()).startsWith("pullcord.yaml:3:1 no");
    assertThat(next.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.history().quarantine()).isNull();
  }

  @Test
  void aRemoteThatIsAwayIsTriedAgainAfterAWhile() throws IOException {
    rig.push(rig.first());
    rig.source.away = "remote is away";
    CommitId next = rig.commit("search/one", "later\n");

    PassResult away = rig.push(next);
    rig.source.away = null;
    PassResult early = rig.pass();
    rig.clockForward(Duration.ofMillis(1100));
    PassResult later = rig.pass();

    assertThat(away.reason()).isEqualTo("remote is away (again in 1 s)");
    assertThat(away.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(away.retryAt()).isEqualTo(early.retryAt()).isNotNull();
    assertThat(later.retryAt()).isNull();
    assertThat(early.state()).isEqualTo(NodeState.FAILED);
    assertThat(later.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.history().quarantine()).isNull();
  }

  @Test
  void aWorkerThatDiesIsStartedAgainAfterAWhileAndNothingIsQuarantined() throws IOException {
    rig.push(rig.first());
    long pid = rig.living().getFirst();
    rig.kill(pid);

    PassResult dead = rig.pass();
    rig.clockForward(Duration.ofMillis(1100));
    PassResult up = rig.pass();
    rig.clockForward(Duration.ofSeconds(10));
    PassResult again = rig.pass();

    assertThat(dead.state()).isEqualTo(NodeState.FAILED);
    assertThat(up.state()).as("it may die again").isEqualTo(NodeState.FAILED);
    assertThat(up.reason()).contains("is well once it has lived for 10 s");
    assertThat(up.retryAt()).as("nobody is done with it").isNotNull();
    assertThat(dead.reason()).isEqualTo("worker grep exited 137, again in 1 s");
    assertThat(dead.retryAt()).isNotNull();
    assertThat(again.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.living()).hasSize(1).doesNotContain(pid);
    assertThat(rig.history().quarantine()).isNull();
  }

  @Test
  void anAgentThatWasKilledTakesItsWorkersOver() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    List<Long> before = rig.living();
    rig.end();

    PassResult result = rig.pass();

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.living()).isEqualTo(before);
    assertThat(rig.source.asked).isEqualTo(1);
  }

  @Test
  void aWorkerWithAnotherIdentityThatSurvivedIsNotCalledConverged() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    CommitId second = rig.commit("tasks/task", "a better task\n");
    rig.push(second);
    rig.end();
    // The world is put back behind the agent's back: the old release is active again.
    Path old = rig.home.resolve("releases").resolve("000001-" + first.value().substring(0, 12));
    Files.delete(rig.home.resolve("current"));
    Files.createSymbolicLink(rig.home.resolve("current"), old);

    rig.decisions.decide(first);
    PassResult result = rig.pass();

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("starts")).hasSize(3);
    assertThat(rig.lines("starts").getLast()).endsWith(first.value());
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void aWorkerThatIgnoresTermIsDrainedWithoutForceAndTheLoopStaysFree() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    long old = rig.living().getFirst();
    Files.createFile(rig.ledger.resolve("linger"));
    CommitId second = rig.commit("tasks/task", "second\n");
    CommitId third = rig.commit("tasks/task", "third\n");

    rig.decisions.decide(second);
    PassResult draining = rig.passInterruptedBy("terms");
    PassResult still = rig.pushInterruptedBy(third, "terms");

    assertThat(draining.state()).isEqualTo(NodeState.APPLYING);
    assertThat(draining.reason()).startsWith("draining pid " + old + " since ");
    assertThat(still.reason()).isEqualTo(draining.reason());
    assertThat(rig.living()).containsExactly(old);
    assertThat(rig.lines("terms")).containsExactly(Long.toString(old));
    // What drains sees no newer release, whatever is switched to.
    assertThat(rig.home.resolve("generations/1/current").toRealPath()).isEqualTo(rig.current());
    assertThat(Files.readSymbolicLink(rig.home.resolve("generations/1/current")))
        .isEqualTo(rig.current());

    Files.delete(rig.ledger.resolve("linger"));
    PassResult done = rig.pass();

    assertThat(done.reason()).isEqualTo("runs " + third.abbreviated());
    assertThat(rig.lines("starts")).hasSize(2);
    assertThat(rig.lines("starts").getLast()).endsWith(third.value());
    assertThat(rig.lines("terms")).hasSize(1);
  }

  @Test
  void anAgentThatWasKilledWhileDrainingDoesNotAskAgain() throws IOException {
    rig.push(rig.first());
    Files.createFile(rig.ledger.resolve("linger"));
    rig.decisions.decide(rig.commit("tasks/task", "second\n"));
    rig.passInterruptedBy("terms");
    rig.end();
    PassResult still = rig.passInterruptedBy("terms");
    Files.delete(rig.ledger.resolve("linger"));

    PassResult done = rig.pass();

    assertThat(still.state()).isEqualTo(NodeState.APPLYING);
    assertThat(done.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("terms")).hasSize(1);
  }

  @Test
  void aTargetThatIsTakenBackWhileDrainingStartsTheOldReleaseAgain() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    Files.createFile(rig.ledger.resolve("linger"));
    rig.decisions.decide(rig.commit("tasks/task", "second\n"));
    rig.passInterruptedBy("terms");
    Files.delete(rig.ledger.resolve("linger"));

    PassResult back = rig.push(first);

    assertThat(back.reason()).isEqualTo("runs " + first.abbreviated());
    assertThat(rig.lines("starts").getLast()).endsWith(first.value());
    assertThat(rig.released("tasks/task")).isEqualTo("the task\n");
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void aConsumingGenerationFollowsSearchOnlyCommits() throws IOException {
    rig.push(rig.first());
    rig.push(rig.commit("search/one", "better\n"));

    assertThat(rig.home.resolve("generations/1/current/search/one")).hasContent("better");
    assertThat(Files.readSymbolicLink(rig.home.resolve("generations/1/current")))
        .isEqualTo(rig.home.toRealPath().resolve("current"));
  }

  @Test
  void aWorkerThatTheManifestNoLongerHasIsEnded() throws IOException {
    rig.push(rig.first());
    Manifest none = new Manifest(rig.manifest().bundles(), null, List.of(), List.of(), Map.of());

    PassResult result = rig.push(rig.source.commit(none, rig.files()));

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.living()).isEmpty();
    assertThat(rig.lines("terms")).hasSize(1);
    assertThat(rig.agent().status().workers()).isEmpty();
  }

  @Test
  void aWorkerWithoutAProgramIsTheReleasesFault() throws IOException {
    rig.push(rig.first());
    Map<String, String> files = rig.files();
    files.remove("bin/worker");

    PassResult result = rig.push(rig.source.commit(rig.manifest(), files));

    assertThat(result.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(result.reason()).contains("no program \"bin/worker\" in the release or on PATH");
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void aDiskThatIsFullIsTheEnvironmentsFaultAndMendsItself() throws IOException {
    rig.push(rig.first());
    CommitId next = rig.commit("search/one", "next\n");
    rig.source.broken = "No space left on device";

    PassResult full = rig.push(next);
    rig.source.broken = null;
    rig.clockForward(Duration.ofSeconds(2));
    PassResult mended = rig.pass();

    assertThat(full.state()).isEqualTo(NodeState.FAILED);
    assertThat(full.reason()).isEqualTo("the disk is full; make room on it (df -h) (again in 1 s)");
    assertThat(mended.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.history().quarantine()).isNull();
  }

  @Test
  void nothingToRunIsWaitingAndKeepsWhatRuns() throws IOException {
    assertThat(rig.pass().state()).isEqualTo(NodeState.WAITING);
    rig.push(rig.first());
    long pid = rig.living().getFirst();
    rig.kill(pid);

    rig.push(null);
    rig.clockForward(Duration.ofSeconds(2));
    PassResult kept = rig.pass();

    assertThat(kept.reason()).isEqualTo("nothing was pushed to main yet");
    assertThat(rig.living()).hasSize(1).doesNotContain(pid);
  }

  @Test
  void whatAWorkerSeesIsWhatTheContractSays() throws IOException {
    CommitId commit =
        rig.commit(
            "bin/worker",
            Rig.WORKER.replace(
                "echo \"$$ ", "env | grep PULLCORD_ > $LEDGER/env; pwd > $LEDGER/pwd; echo \"$$ "));

    rig.push(commit);

    assertThat(rig.lines("env"))
        .containsExactlyInAnyOrder(
            "PULLCORD_NODE=sea-01",
            "PULLCORD_REF=main",
            "PULLCORD_COMMIT=" + commit,
            "PULLCORD_GENERATION=1",
            "PULLCORD_RELEASE=" + rig.current(),
            "PULLCORD_STATE=" + rig.home.toRealPath().resolve("workers/grep"),
            "PULLCORD_CURRENT=" + rig.home.toRealPath().resolve("generations/1/current"));
    assertThat(rig.lines("pwd")).containsExactly(rig.current().toString());
    assertThat(rig.released(".pullcord/release.json")).contains("\"" + commit + "\"");
  }

  @Test
  void theLoopRunsAPassForEveryRaiseAndEndsInTimeWithTheWorkersRunning() throws Exception {
    CommitId first = rig.first();
    rig.decisions.decide(first);
    ConvergingAgent agent = rig.agent();

    agent.start();
    rig.await(() -> agent.status().state() == NodeState.CONVERGED);
    CommitId second = rig.commit("search/one", "better\n");
    rig.decisions.decide(second);
    long raise = agent.raise(Trigger.WOKEN);
    rig.await(() -> agent.served(raise));
    assertThat(agent.status().appliedCommit()).isEqualTo(second);
    long pid = rig.living().getFirst();
    rig.kill(pid);
    rig.await(() -> agent.status().state() == NodeState.FAILED);
    rig.await(() -> agent.status().state() == NodeState.CONVERGED);
    assertThat(rig.living()).hasSize(1).doesNotContain(pid);
    Files.createFile(rig.ledger.resolve("linger"));
    rig.decisions.decide(rig.commit("tasks/task", "better\n"));
    agent.raise(Trigger.WOKEN);
    rig.await(() -> agent.status().reason().startsWith("draining"));

    long began = System.nanoTime();
    rig.end();

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void aRemoteThatStaysAwayIsReportedAsOneFailure() throws IOException {
    rig.push(rig.first());
    rig.source.away = "remote is away";
    rig.push(rig.commit("search/one", "later\n"));
    Instant since = rig.agent().status().since();
    int reports = rig.reports.made.size();

    rig.clockForward(Duration.ofSeconds(2));
    rig.pass();

    assertThat(rig.agent().status().reason()).isEqualTo("remote is away (again in 2 s)");
    assertThat(rig.agent().status().since()).isEqualTo(since);
    assertThat(rig.agent().status().retryAt()).isNotNull();
    assertThat(rig.reports.made.subList(reports, rig.reports.made.size()))
        .allSatisfy(made -> assertThat(made.status().state()).isEqualTo(NodeState.FAILED));
  }

  @Test
  void aWorkerThatHasEndedGoesOnWhileAnotherDrains() throws IOException {
    rig.push(rig.source.commit(rig.twoWorkers(), rig.files()));
    Files.createFile(rig.ledger.resolve("linger"));
    Map<String, String> files = rig.files();
    files.put("tasks/task", "better\n");
    CommitId second = rig.source.commit(rig.twoWorkers(), files);
    rig.pushInterruptedBy(second, "terms");
    rig.await(() -> linesOf("terms") == 2);
    long grep = Objects.requireNonNull(generation(1).process()).pid();
    rig.kill(Objects.requireNonNull(generation(2).process()).pid());

    PassResult draining = rig.passInterruptedBy("ready.3");

    assertThat(draining.reason()).startsWith("draining pid " + grep + " since ");
    assertThat(generation(3).worker()).isEqualTo("index");
    assertThat(generation(3).commit()).isEqualTo(second);
    assertThat(rig.living()).contains(grep).hasSize(2);

    Files.delete(rig.ledger.resolve("linger"));
    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.lines("terms")).hasSize(2);
    assertThat(rig.lines("starts")).hasSize(4);
  }

  private Generation generation(long number) throws IOException {
    return Objects.requireNonNull(rig.history().generations().get(number));
  }

  private long linesOf(String name) {
    try {
      return rig.lines(name).size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void onceGoesOnUntilEveryWorkerHasDrained() throws IOException {
    rig.push(rig.source.commit(rig.twoWorkers(), rig.files()));
    Map<String, String> files = rig.files();
    files.put("tasks/task", "better\n");
    rig.decisions.decide(rig.source.commit(rig.twoWorkers(), files));

    PassResult result = rig.agent().runOnce();

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.living()).hasSize(2);
    assertThat(rig.lines("starts")).hasSize(4);
    assertThat(rig.lines("terms")).hasSize(2);
  }
}
