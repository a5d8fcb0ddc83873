package dev.pullcord.agent.worker.kind.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.DrainHook;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers of kind process that are told to take no more before they are asked to end. */
class DrainHookTest {
  /** Tells the worker, and finds it busy while there is a job in the ledger. */
  private static final String HOOK =
      """
      #!/bin/sh
      echo "$PULLCORD_GENERATION $PULLCORD_PID" >> "$LEDGER/told"
      [ ! -e "$LEDGER/broken" ] || { echo no socket; exit 1; }
      [ ! -e "$LEDGER/hangs" ] || sleep 30
      [ ! -e "$LEDGER/job" ] || { echo 1 job left; exit 75; }
      """;

  @TempDir Path temp;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
    hook(Duration.ofSeconds(10), null);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private void hook(Duration timeout, @Nullable Duration deadline) {
    DrainHook hook = new DrainHook(new CommandSpec(List.of("bin/drain"), timeout), deadline);
    rig.drain = new DrainSpec(8, DrainSpec.WhenFull.WAIT, null, hook);
  }

  private CommitId commit(String task) {
    return rig.commit(Map.of("tasks/task", task + "\n", "bin/drain", HOOK));
  }

  private void converges(String task) {
    PassResult result = rig.push(commit(task));
    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.CONVERGED);
  }

  private void ledger(String name) throws IOException {
    Files.createFile(rig.ledger.resolve(name));
  }

  private void forget(String name) throws IOException {
    Files.delete(rig.ledger.resolve(name));
  }

  private List<GenerationStatus> generations() {
    return rig.agent().status().workers().values().iterator().next().generations();
  }

  private void passUntilOneLives() {
    rig.await(() -> {
      rig.pass();
      return generations().size() == 1;
    });
  }

  private List<String> lines(String name) {
    try {
      return rig.lines(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anOldGenerationIsAskedToEndOnlyWhenItHoldsNothing() throws IOException {
    rig.restart = WorkerSpec.Restart.OVERLAP;
    converges("first");
    long old = rig.living().getFirst();
    ledger("job");

    converges("second");

    assertThat(generations())
        .extracting(GenerationStatus::phase)
        .containsExactly(GenerationPhase.CONSUMING, GenerationPhase.DRAINING);
    assertThat(generations().getLast().drain()).isEqualTo("1 job left");
    rig.await(() -> {
      rig.pass();
      return lines("told").size() > 1;
    });
    assertThat(lines("told")).containsOnly("1 " + old);
    assertThat(lines("terms")).isEmpty();
    forget("job");
    passUntilOneLives();
    assertThat(lines("terms")).containsExactly(Long.toString(old));
  }

  @Test
  void theNextOneStartsOnlyWhenTheOldOneHasEnded() throws IOException {
    converges("first");
    long old = rig.living().getFirst();
    ledger("job");

    PassResult waits = rig.pushInterruptedBy(commit("second"), "told");

    assertThat(waits.state()).isEqualTo(NodeState.APPLYING);
    assertThat(waits.reason()).matches("draining pid " + old + " since .*Z: 1 job left");
    assertThat(lines("starts")).hasSize(1);
    forget("job");
    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(lines("starts")).hasSize(2);
    assertThat(lines("terms")).containsExactly(Long.toString(old));
  }

  @Test
  void aHookThatFailsIsSaidAndItsWorkerIsNotAskedToEnd() throws IOException {
    rig.restart = WorkerSpec.Restart.OVERLAP;
    converges("first");
    ledger("broken");

    PassResult second = rig.push(commit("second"));

    assertThat(second.state()).isEqualTo(NodeState.FAILED);
    assertThat(second.reason())
        .isEqualTo(
            "worker grep: generation 1 is not asked to end: its drain hook exited 1: no socket");
    assertThat(lines("terms")).isEmpty();
    forget("broken");
    passUntilOneLives();
    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(lines("terms")).hasSize(1);
  }

  @Test
  void whatWasToldToTakeNoMoreIsNeverGivenWorkAgain() throws IOException {
    rig.restart = WorkerSpec.Restart.OVERLAP;
    converges("first");
    ledger("job");
    converges("second");

    converges("first");

    assertThat(generations())
        .extracting(GenerationStatus::phase)
        .containsExactly(
            GenerationPhase.CONSUMING, GenerationPhase.DRAINING, GenerationPhase.DRAINING);
    assertThat(generations().getFirst().number()).isEqualTo(3);
    forget("job");
    passUntilOneLives();
    assertThat(lines("terms")).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void anAgentThatWasKilledGoesOnAsking() throws IOException {
    rig.restart = WorkerSpec.Restart.OVERLAP;
    converges("first");
    ledger("job");
    converges("second");
    rig.end();

    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);

    assertThat(generations().getLast().drain()).isEqualTo("1 job left");
    assertThat(lines("terms")).isEmpty();
    forget("job");
    passUntilOneLives();
    assertThat(lines("terms")).hasSize(1);
  }

  @Test
  void pastItsDeadlineAWorkerIsAskedToEndWithWhatItHolds() throws IOException {
    hook(Duration.ofSeconds(10), Duration.ofHours(1));
    rig.restart = WorkerSpec.Restart.OVERLAP;
    converges("first");
    ledger("broken");
    rig.push(commit("second"));
    rig.clockForward(Duration.ofMinutes(59));
    rig.pass();
    assertThat(lines("terms")).isEmpty();

    rig.clockForward(Duration.ofMinutes(2));
    passUntilOneLives();

    assertThat(lines("terms")).hasSize(1);
  }

  @Test
  void aHookThatHangsIsKilledAndRunAgain() throws IOException {
    hook(Duration.ofMillis(300), null);
    rig.restart = WorkerSpec.Restart.OVERLAP;
    converges("first");
    ledger("hangs");

    converges("second");

    assertThat(generations().getLast().drain())
        .isEqualTo("its drain hook did not end within 300ms");
    forget("hangs");
    passUntilOneLives();
  }

  @Test
  void aNewcomerThatDoesNotGetReadyIsToldToo() throws IOException {
    rig.restart = WorkerSpec.Restart.OVERLAP;
    converges("first");
    ledger("job");
    Map<String, String> files = rig.files();
    files.putAll(Map.of("tasks/task", "never ready\n", "bin/drain", HOOK));

    PassResult bad =
        rig.push(
            rig.source.commit(
                rig.manifest(Map.of(), List.of("false"), Duration.ofMillis(300)), files));

    assertThat(bad.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(lines("told").getFirst()).startsWith("2 ");
    assertThat(lines("terms")).isEmpty();
    forget("job");
    passUntilOneLives();
    assertThat(generations().getFirst().number()).isEqualTo(1);
  }

  @Test
  void aHookThatIsNotInTheReleaseIsTheCommitsFault() throws IOException {
    PassResult pushed = rig.push(rig.first());

    assertThat(pushed.state()).isEqualTo(NodeState.FAILED);
    assertThat(pushed.reason()).contains("worker grep: drain hook: ").contains("bin/drain");
    assertThat(lines("starts")).isEmpty();
  }

  @Test
  void aHookThatIsNotInTheReleaseIsFoundWhereTheManifestHasNoCheck() throws IOException {
    Manifest checked = rig.manifest();
    Manifest unchecked =
        new Manifest(checked.bundles(), null, List.of(), List.of(), checked.workers());

    PassResult pushed = rig.push(rig.source.commit(unchecked, rig.files()));

    assertThat(pushed.state()).isEqualTo(NodeState.FAILED);
    assertThat(pushed.reason()).contains("worker grep: drain hook: ").contains("bin/drain");
    assertThat(lines("starts")).isEmpty();
  }
}
