package dev.pullcord.agent.pass.step;

import static dev.pullcord.protocol.report.StepRecord.Outcome.OK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.Samples;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code current} points to afterwards, and what the transcript calls it. */
class SwitchCurrentTest {
  private StepBench bench;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    bench = new StepBench(temp);
  }

  @AfterEach
  void close() throws IOException {
    bench.close();
  }

  @ParameterizedTest
  @CsvSource({"ADVANCE,SWITCH", "MEND,SWITCH", "RESTORE,ROLLBACK"})
  void isARollbackOnlyOnTheWayBack(PassMode mode, StepRecord.Kind kind) throws IOException {
    Release release = bench.release(1, false);
    Goal goal = Samples.goal(1, release.name());

    bench.apply(new Step.Switch(release.name()), bench.scope(goal, null, mode));

    assertThat(bench.directory.current().toRealPath())
        .isEqualTo(bench.directory.release(release.name()).toRealPath());
    assertThat(bench.history().active()).isEqualTo(release.name());
    assertThat(bench.done()).containsExactly(kind + " " + release.name() + " OK");
  }

  @Test
  void saysFromWhereToWhere() throws IOException {
    Release first = bench.release(1, true);
    Release second = bench.release(2, false);

    StepResult result =
        bench.apply(new Step.Switch(second.name()), bench.scope(Samples.goal(2, second.name())));

    assertThat(result.output()).isEqualTo("current: " + first.name() + " -> " + second.name());
  }

  @Test
  void takesCurrentAwayWhenThereIsNothingToGoBackTo() throws IOException {
    bench.release(1, true);
    bench.decisions.decide(Samples.commit(1));

    StepResult result = bench.apply(new Step.Clear(), bench.scope(null, null, PassMode.RESTORE));

    assertThat(result.outcome()).isEqualTo(OK);
    assertThat(bench.directory.current()).doesNotExist();
    assertThat(bench.history().active()).isNull();
  }
}
