package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.stage.DriftWatch;
import dev.pullcord.agent.stage.Exporter;
import dev.pullcord.protocol.report.StepRecord;

/** Builds the goal's release aside. A kill leaves a part of it in {@code tmp/}, never a release. */
public final class StageRelease implements StepOperation {
  private final Exporter exporter;
  private final DriftWatch drift;

  /** With these; files of a release that has drifted are not linked to. */
  public StageRelease(Exporter exporter, DriftWatch drift) {
    this.exporter = exporter;
    this.drift = drift;
  }

  @Override
  public StepResult apply(StepScope scope) {
    scope.show("staging " + scope.commit());
    Goal goal = scope.goal();
    return scope.measure(
        StepRecord.Kind.STAGE,
        goal.commit().abbreviated(),
        () -> {
          Exporter.Exported exported =
              exporter.export(
                  scope.snapshot(),
                  goal.ref(),
                  goal.workers(),
                  goal.preparation(),
                  scope.history(),
                  drift.drift() == null,
                  scope.now());
          scope.note(new Entry.Staged(exported.release()));
          scope.staged(exported.release().name());
          return StepResult.ok(exported.text());
        });
  }
}
