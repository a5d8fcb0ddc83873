package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.status.StepLog;
import dev.pullcord.protocol.report.StepRecord;

/** Waits until a generation has finished its work and ended. */
final class DrainGeneration implements StepOperation {
  private final long number;
  private final EndWait ends;

  DrainGeneration(long number, EndWait ends) {
    this.number = number;
    this.ends = ends;
  }

  @Override
  public StepResult apply(StepScope scope) {
    Generation generation = scope.history().generations().get(number);
    if (generation == null) {
      return StepResult.ok("");
    }
    scope.show(ends.text(generation));
    StepLog.Begun begun =
        scope.began(StepRecord.Kind.DRAIN, generation.worker(), generation.since());
    StepResult gone = ends.until(generation, () -> ends.text(generation), scope);
    return gone.succeeded()
        ? scope.ended(begun, StepResult.guarded(() -> ends.ended(generation, scope)))
        : gone;
  }
}
