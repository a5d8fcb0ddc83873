package dev.pullcord.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    assertThat(rig.agent().status().workers().get("grep").proof()).startsWith("pid ");
    assertThat(Files.exists(rig.current().resolve("README"))).isFalse();
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
          assertThat(s.kind()).isEqualTo(StepRecord.Kind.HEALTH);
          assertThat(s.exitCode()).isEqualTo(3);
          assertThat(s.output()).contains("cannot go on");
        });
    assertThat(rig.reports.steps()).extracting(StepRecord::kind).contains(StepRecord.Kind.ROLLBACK);
  }

  @Test
  void goesBackWhenASearchOnlyCommitMakesTheWorkerUnwell() throws IOException {
    Manifest manifest =
        rig.manifest(
            Map.of(),
            List.of("sh", "-c", "! grep -r SICK $PULLCORD_CURRENT/search"),
            Duration.ofSeconds(1));
    rig.push(rig.source.commit(manifest, rig.files()));
    Map<String, String> files = rig.files();
    files.put("search/one", "SICK\n");
    CommitId bad = rig.source.commit(manifest, files);

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

    PassResult refused = rig.push(rig.source.refused("MANIFEST_TYPE pullcord.yaml:3:1 no"));
    PassResult next = rig.push(rig.commit("search/one", "good\n"));

    assertThat(refused.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(refused.reason()).startsWith("MANIFEST_TYPE");
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
    PassResult again = rig.pass();

    assertThat(dead.state()).isEqualTo(NodeState.FAILED);
    assertThat(dead.reason()).isEqualTo("worker grep exited 137, again in 1 s");
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
}
