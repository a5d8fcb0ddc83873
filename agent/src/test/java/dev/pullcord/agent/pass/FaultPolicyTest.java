package dev.pullcord.agent.pass;

import static dev.pullcord.agent.plan.PassMode.ADVANCE;
import static dev.pullcord.agent.plan.PassMode.MEND;
import static dev.pullcord.agent.plan.PassMode.RESTORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.fake.Samples;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Step;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose fault a failed step was, and what is done about it. */
class FaultPolicyTest {
  private static final Decision DECISION = Samples.decision(Samples.commit(1));
  private static final StepResult RELEASE = StepResult.releaseFault("bad", 1, "");
  private static final StepResult ENVIRONMENT = StepResult.environmentFault("full", "");

  static Stream<Arguments> faults() {
    Step check = new Step.Check();
    Step start = new Step.Start("grep");
    FaultPolicy alone = new FaultPolicy.LeaveAlone(DECISION);
    FaultPolicy worker = new FaultPolicy.RetryWorker("grep");
    FaultPolicy all = new FaultPolicy.RetryAll();
    return Stream.of(
        arguments(ADVANCE, DECISION, check, RELEASE, alone),
        arguments(ADVANCE, DECISION, start, RELEASE, alone),
        arguments(ADVANCE, DECISION, check, ENVIRONMENT, new FaultPolicy.RetryCommit()),
        arguments(ADVANCE, DECISION, start, ENVIRONMENT, new FaultPolicy.RetryCommit()),
        arguments(MEND, DECISION, start, RELEASE, worker),
        arguments(MEND, DECISION, start, ENVIRONMENT, worker),
        arguments(MEND, null, start, RELEASE, worker),
        arguments(MEND, DECISION, new Step.StartBeside("grep", "r"), RELEASE, worker),
        arguments(MEND, DECISION, new Step.AwaitReady("grep"), RELEASE, worker),
        arguments(MEND, DECISION, new Step.TakeOver("grep"), ENVIRONMENT, worker),
        arguments(MEND, DECISION, new Step.AwaitHealthy("grep"), RELEASE, worker),
        arguments(MEND, DECISION, new Step.AwaitRoom("grep", 2), ENVIRONMENT, all),
        arguments(MEND, DECISION, new Step.Switch("r"), ENVIRONMENT, all),
        arguments(RESTORE, DECISION, new Step.Drain(1), ENVIRONMENT, all),
        arguments(RESTORE, DECISION, start, RELEASE, worker),
        arguments(RESTORE, DECISION, new Step.Clear(), ENVIRONMENT, all));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void neverLeavesAloneWhatHasRunWell(
      PassMode mode,
      @Nullable Decision decision,
      Step at,
      StepResult result,
      FaultPolicy expected) {
    assertThat(FaultPolicy.of(mode, decision, at, result)).isEqualTo(expected);
  }
}
