package dev.pullcord.agent.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StageStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit that is got ready beside the one that runs, with real processes. */
class StageRoundTest {
  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
    rig.restart = WorkerSpec.Restart.OVERLAP;
    rig.work = new Work.Process(List.of("bin/worker"), true);
  }

  @AfterEach
  void close() throws IOException {
    Files.deleteIfExists(rig.ledger.resolve("linger"));
    rig.close();
  }

  private StageStatus stage() {
    return Objects.requireNonNull(rig.agent().status().stage());
  }

  private CommitId next() {
    return rig.commit("tasks/task", "the next task\n");
  }

  private List<Long> numbers() throws IOException {
    return List.copyOf(rig.history().generations().keySet());
  }

  @Test
  void theNewcomerStandsByAndWhatRunsIsNotTouched() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    List<Long> before = rig.living();
    CommitId next = next();

    PassResult result = rig.stage(first, next);

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(result.reason()).contains("is ready, and waits for the server's go");
    assertThat(stage().state()).isEqualTo(StageStatus.State.READY);
    assertThat(stage().commit()).isEqualTo(next);
    assertThat(stage().reason()).contains("grep generation 2");
    assertThat(rig.living()).hasSize(2).containsAll(before);
    assertThat(rig.released("tasks/task")).isEqualTo("the task\n");
    assertThat(rig.history().generations().get(1L)).matches(Generation::hasWork);
    assertThat(rig.history().generations().get(2L))
        .extracting(Generation::phase)
        .isEqualTo(Generation.Phase.READY);
    assertThat(rig.lines("terms")).isEmpty();
  }

  @Test
  void laterPassesLeaveWhatStandsByAlone() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    rig.stage(first, next());
    List<Long> living = rig.living();
    int entries = Files.readAllLines(rig.home.resolve("journal")).size();

    rig.pass();
    rig.pass();

    assertThat(rig.living()).isEqualTo(living);
    assertThat(Files.readAllLines(rig.home.resolve("journal"))).hasSize(entries);
    assertThat(stage().state()).isEqualTo(StageStatus.State.READY);
  }

  @Test
  void afterTheGoOnlyTheSwitchIsLeft() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    CommitId next = next();
    rig.stage(first, next);
    int steps = rig.reports.steps().size();

    PassResult result = rig.push(next);

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.reports.steps().subList(steps, rig.reports.steps().size()))
        .extracting(step -> step.kind().name())
        .containsExactly("SWITCH", "SWITCH", "HEALTH");
    assertThat(rig.released("tasks/task")).isEqualTo("the next task\n");
    assertThat(rig.agent().status().stage()).isNull();
    rig.await(() -> rig.livingNow() == 1);
    assertThat(rig.lines("starts")).hasSize(2);
  }

  @Test
  void whenItIsWithdrawnTheNewcomerEndsAndNothingIsLeft() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    List<Long> before = rig.living();
    rig.stage(first, next());

    PassResult result = rig.push(first);

    assertThat(result.reason()).doesNotContain("ready");
    assertThat(rig.agent().status().stage()).isNull();
    rig.await(() -> rig.livingNow() == 1);
    assertThat(rig.living()).isEqualTo(before);
    rig.pass();
    assertThat(numbers()).containsExactly(1L);
  }

  @Test
  void anotherCommitTakesThePlaceOfTheOneThatStoodBy() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    rig.stage(first, next());

    rig.stage(first, rig.commit("tasks/task", "another\n"));

    rig.await(() -> rig.livingNow() == 2);
    rig.pass();
    assertThat(numbers()).containsExactly(1L, 3L);
    assertThat(stage().state()).isEqualTo(StageStatus.State.READY);
  }

  @Test
  void aKillOfTheAgentKeepsWhatStandsBy() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    rig.stage(first, next());
    List<Long> living = rig.living();

    rig.end();
    PassResult result = rig.pass();

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.living()).isEqualTo(living);
    assertThat(stage().state()).isEqualTo(StageStatus.State.READY);
  }

  @Test
  void whatWasWithdrawnWhileTheAgentWasDeadEndsAtItsStart() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    List<Long> before = rig.living();
    rig.stage(first, next());

    rig.end();
    rig.decisions.decide(first);
    rig.pass();

    rig.await(() -> rig.livingNow() == 1);
    assertThat(rig.living()).isEqualTo(before);
  }

  @Test
  void aWorkerThatDiesMeanwhileIsStartedAgainAsItWas() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    long old = rig.living().getFirst();
    CommitId next = next();
    rig.stage(first, next);
    rig.kill(old);

    rig.passUntil(NodeState.CONVERGED);

    assertThat(rig.released("tasks/task")).isEqualTo("the task\n");
    assertThat(rig.history().generations().get(2L))
        .extracting(Generation::phase)
        .isEqualTo(Generation.Phase.READY);
    assertThat(rig.history().consuming("grep").orElseThrow().commit()).isEqualTo(first);
    assertThat(rig.push(next).state()).isEqualTo(NodeState.CONVERGED);
    assertThat(rig.history().consuming("grep").orElseThrow().number()).isEqualTo(2);
  }

  @Test
  void aNewcomerThatDiesWhileItStandsByIsReplaced() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    rig.stage(first, next());
    rig.kill(rig.living().getLast());

    rig.pass();

    assertThat(stage().state()).isEqualTo(StageStatus.State.PREPARING);
    rig.await(() -> {
      rig.pass();
      return stage().state() == StageStatus.State.READY;
    });
    assertThat(numbers()).containsExactly(1L, 3L);
  }

  @Test
  void aCommitWhoseCheckFailsIsNotTriedAgainAndTheNodeSaysSo() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    CommitId bad = rig.commit("search/one", "BAD\n");

    PassResult result = rig.stage(first, bad);

    assertThat(result.state()).isEqualTo(NodeState.CONVERGED);
    assertThat(result.reason()).contains("cannot be got ready");
    assertThat(stage().state()).isEqualTo(StageStatus.State.FAILED);
    int steps = rig.reports.steps().size();
    rig.pass();
    assertThat(rig.reports.steps()).hasSize(steps);
    assertThat(rig.livingNow()).isEqualTo(1);
  }

  @Test
  void aNewcomerThatCannotStartIsTheCommitsFaultAndLeavesNothing() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    List<Long> before = rig.living();

    rig.stage(first, rig.commit("bin/worker", "#!/bin/sh\necho cannot go on\nexit 3\n"));

    assertThat(stage().state()).isEqualTo(StageStatus.State.FAILED);
    assertThat(stage().reason()).contains("exited 3");
    assertThat(rig.living()).isEqualTo(before);
    rig.pass();
    assertThat(numbers()).containsExactly(1L);
  }

  @Test
  void aNodeThatOnlyPlansIsHeld() {
    rig.noop = true;
    CommitId first = rig.first();
    rig.push(first);

    rig.stage(first, next());

    assertThat(stage().state()).isEqualTo(StageStatus.State.HELD);
  }

  @Test
  void aWorkerThatWorksFromItsStartIsStartedAfterTheGo() throws IOException {
    rig.work = new Work.Process(List.of("bin/worker"));
    CommitId first = rig.first();
    rig.push(first);
    CommitId next = next();

    rig.stage(first, next);

    assertThat(stage().state()).isEqualTo(StageStatus.State.READY);
    assertThat(stage().reason()).isEqualTo("staged and checked");
    assertThat(rig.livingNow()).isEqualTo(1);
    assertThat(rig.push(next).state()).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void theFirstCommitOfANodeIsStagedAndChecked() throws IOException {
    rig.stage(null, rig.first());

    assertThat(stage().state()).isEqualTo(StageStatus.State.READY);
    assertThat(rig.livingNow()).isZero();
    assertThat(rig.home.resolve("current")).doesNotExist();
  }
}
