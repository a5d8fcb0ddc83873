package dev.pullcord.agent.pass.step;

import static dev.pullcord.protocol.report.StepRecord.Outcome.RELEASE_FAULT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.Samples;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a newcomer proves itself, takes the work over, and is judged well. */
class HandOverStepsTest {
  private StepBench bench;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    bench = new StepBench(temp);
  }

  @AfterEach
  void close() throws IOException {
    bench.close();
  }

  private Goal goal;

  /** Generation 1 works, generation 2 stands beside it. */
  @BeforeEach
  void twoGenerations() throws IOException {
    Release first = bench.release(1, true, "grep=1");
    Goal before = Samples.goal(1, first.name(), "grep=1");
    bench.decisions.decide(before.commit());
    bench.apply(new Step.Start("grep"), bench.scope(before));
    bench.apply(new Step.AwaitReady("grep"), bench.scope(before));
    bench.apply(new Step.TakeOver("grep"), bench.scope(before));
    Release second = bench.release(2, false, "grep=2");
    goal = Samples.goal(2, second.name(), "grep=2");
    bench.decisions.decide(goal.commit());
    bench.apply(new Step.StartBeside("grep", second.name()), bench.scope(goal));
  }

  private Generation generation(long number) {
    return Objects.requireNonNull(bench.history().generations().get(number));
  }

  @Test
  void notesByWhatANewcomerWasProven() {
    bench.apply(new Step.AwaitReady("grep"), bench.scope(goal));

    assertThat(generation(2).phase()).isEqualTo(Generation.Phase.READY);
    assertThat(generation(2).proof()).isEqualTo("by a test");
  }

  @Test
  void doesNotNoteANewcomerThatIsNotReady() {
    bench.kind.ready = StepResult.releaseFault("it answers nobody", null, "");

    StepResult result = bench.apply(new Step.AwaitReady("grep"), bench.scope(goal));

    assertThat(result.reason()).isEqualTo("it answers nobody");
    assertThat(generation(2).phase()).isEqualTo(Generation.Phase.STARTED);
  }

  @Test
  void saysThatANewcomerDiedAndNotWhatItsKindMissed() {
    bench.kind.ready = StepResult.environmentFault("it answers nobody", "");
    bench.runner.living.remove(2L);

    StepResult result = bench.apply(new Step.AwaitReady("grep"), bench.scope(goal));

    assertThat(result.outcome()).isEqualTo(RELEASE_FAULT);
    assertThat(result.reason()).isEqualTo("worker grep exited 3");
    assertThat(bench.history().generations()).containsOnlyKeys(1L);
  }

  @Test
  void takesTheWorkFromWhoeverWasNotAskedToEnd() {
    bench.apply(new Step.AwaitReady("grep"), bench.scope(goal));

    StepResult result = bench.apply(new Step.TakeOver("grep"), bench.scope(goal));

    assertThat(result.output()).isEqualTo("moved");
    assertThat(bench.kind.seen).endsWith("work from [1]");
    assertThat(generation(2).phase()).isEqualTo(Generation.Phase.CONSUMING);
    assertThat(generation(1).phase()).isEqualTo(Generation.Phase.SUPERSEDED);
  }

  @Test
  void leavesTheWorkUndecidedWhenItCannotBeMoved() {
    bench.apply(new Step.AwaitReady("grep"), bench.scope(goal));
    bench.kind.takeOver = StepResult.environmentFault("the broker is away", "");

    StepResult result = bench.apply(new Step.TakeOver("grep"), bench.scope(goal));

    assertThat(result.reason()).isEqualTo("the broker is away");
    assertThat(generation(2).phase()).isEqualTo(Generation.Phase.TAKING_OVER);
  }

  @Test
  void judgesTheOneThatHasTheWork() {
    bench.kind.well = StepResult.releaseFault("it does nothing", null, "");

    StepResult result =
        bench.apply(
            new Step.AwaitHealthy("grep"),
            bench.scope(Samples.goal(1, generation(1).release(), "grep=1")));

    assertThat(result.reason()).isEqualTo("it does nothing");
    assertThat(bench.done()).endsWith("HEALTH grep RELEASE_FAULT");
  }

  @ParameterizedTest
  @CsvSource({"ready", "takeOver", "healthy"})
  void saysThatAWorkerIsNotRunningWhenThereIsNone(String step) {
    Step of =
        switch (step) {
          case "ready" -> new Step.AwaitReady("index");
          case "takeOver" -> new Step.TakeOver("index");
          default -> new Step.AwaitHealthy("index");
        };
    Goal other = Samples.goal(2, goal.release(), "index=1");

    StepResult result = bench.apply(of, bench.scope(other));

    assertThat(result.reason()).isEqualTo("worker index is not running");
  }
}
