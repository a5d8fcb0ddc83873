package dev.pullcord.agent.pass.step;

import static dev.pullcord.protocol.report.StepRecord.Outcome.ABANDONED;
import static dev.pullcord.protocol.report.StepRecord.Outcome.OK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.Samples;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a plan waits for an end, and what ends the wait. */
class EndStepsTest {
  private StepBench bench;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    bench = new StepBench(temp);
  }

  @AfterEach
  void close() throws IOException {
    bench.close();
  }

  private Goal goal = Samples.goal(1, null);

  private void start(int generations) throws IOException {
    Release release = bench.release(1, true, "grep=1");
    goal = Samples.goal(1, release.name(), "grep=1");
    bench.decisions.decide(goal.commit());
    bench.interruptions.passBegins();
    for (int i = 0; i < generations; i++) {
      bench.apply(new Step.Start("grep"), bench.scope(goal));
    }
  }

  private StepResult drain(long number) {
    StepScope scope = bench.scope(goal);
    Step step = new Step.Drain(number);
    bench.askAll(List.of(step), scope);
    return bench.apply(step, scope);
  }

  @Test
  void notesTheEndOfWhoeverWasAskedWithItsExitCode() throws IOException {
    start(1);

    StepResult result = drain(1);

    assertThat(result.outcome()).isEqualTo(OK);
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(bench.runner.asked).containsExactly(1L);
    assertThat(bench.history().generations()).isEmpty();
    assertThat(bench.done()).endsWith("DRAIN grep OK");
  }

  @Test
  void isDoneAtOnceWithAGenerationThatIsGone() throws IOException {
    start(0);

    assertThat(drain(7).outcome()).isEqualTo(OK);
    assertThat(bench.done()).noneMatch(step -> step.startsWith("DRAIN"));
  }

  @Test
  void givesWayToWhateverWakesTheLoop() throws IOException {
    start(1);
    bench.runner.obedient = false;
    bench.interruptions.signal().raise();

    StepResult result = drain(1);

    assertThat(result.outcome()).isEqualTo(ABANDONED);
    assertThat(result.reason()).startsWith("draining pid 1001");
    assertThat(bench.history().generations()).containsOnlyKeys(1L);
  }

  @Test
  void doesNotAskWhoeverStillHoldsWork() throws IOException {
    start(1);
    bench.kind.holds = Duration.ofSeconds(1);
    bench.interruptions.signal().raise();

    assertThat(drain(1).outcome()).isEqualTo(ABANDONED);
    assertThat(bench.runner.asked).isEmpty();
  }

  @Test
  void makesRoomByTheOldestThatWasAskedToEnd() throws IOException {
    start(3);
    bench.journal.append(new GenerationEntry.TakenOver(3, bench.clock.now()));

    StepResult result = bench.apply(new Step.AwaitRoom("grep", 2), bench.scope(goal));

    assertThat(result.outcome()).isEqualTo(OK);
    assertThat(bench.runner.asked).containsExactly(1L);
    assertThat(bench.history().generations()).containsOnlyKeys(2L, 3L);
  }

  @Test
  void asksNobodyWhereThereIsRoom() throws IOException {
    start(2);

    bench.apply(new Step.AwaitRoom("grep", 2), bench.scope(goal));

    assertThat(bench.runner.asked).isEmpty();
  }
}
