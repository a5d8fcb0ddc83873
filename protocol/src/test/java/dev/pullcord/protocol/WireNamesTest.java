package dev.pullcord.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Scripts and older peers know these words; a changed one is a break. */
class WireNamesTest {
  @Test
  void statesAreCalledAsTheContractSays() {
    assertThat(PullcordJson.write(NodeState.values()))
        .isEqualTo(
            "[\"never-seen\",\"offline\",\"failed\",\"rolled-back\",\"applying\",\"held\","
                + "\"waiting\",\"converged\"]");
    assertThat(PullcordJson.write(DeploymentView.State.values()))
        .isEqualTo("[\"running\",\"converged\",\"incomplete\",\"superseded\"]");
  }

  @Test
  void phasesAndStepsAreCalledAsInTheDesign() {
    assertThat(PullcordJson.write(GenerationPhase.values()))
        .isEqualTo("[\"starting\",\"ready\",\"consuming\",\"draining\",\"exited\"]");
    assertThat(PullcordJson.write(StepRecord.Kind.values()))
        .isEqualTo(
            "[\"fetch\",\"stage\",\"prepare\",\"check\",\"drain\",\"switch\",\"start\","
                + "\"health\",\"rollback\"]");
    assertThat(PullcordJson.write(StepRecord.Outcome.values()))
        .isEqualTo("[\"ok\",\"release-fault\",\"environment-fault\",\"abandoned\"]");
  }

  @Test
  void everyNameIsReadBack() {
    assertThat(NodeState.values()).allMatch(s -> NodeState.of(s.wireName()) == s);
    assertThat(GenerationPhase.values()).allMatch(p -> GenerationPhase.of(p.wireName()) == p);
    assertThatThrownBy(() -> NodeState.of("asleep")).hasMessageContaining("asleep");
  }

  @Test
  void exitCodesAreThoseOfTheContract() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code))
        .containsExactly(0, 1, 2, 3, 4, 5, 70);
  }
}
