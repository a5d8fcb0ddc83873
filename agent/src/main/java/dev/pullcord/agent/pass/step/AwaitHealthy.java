package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.report.StepRecord;
import java.util.Optional;

/** Waits until a worker is well that has the work, in the active release. */
final class AwaitHealthy implements StepOperation {
  private final String name;
  private final WorkerHealth health;

  AwaitHealthy(String name, WorkerHealth health) {
    this.name = name;
    this.health = health;
  }

  @Override
  public StepResult apply(StepScope scope) {
    scope.show("waiting until " + name + " is well");
    return scope.measure(StepRecord.Kind.HEALTH, name, () -> await(scope));
  }

  private StepResult await(StepScope scope) {
    Optional<Generation> consuming = scope.history().consuming(name);
    String active = scope.history().active();
    if (consuming.isEmpty() || active == null) {
      return WorkerHealth.notRunning(name);
    }
    WorkerKind.Charge charge = health.charge(consuming.get(), scope);
    StepResult well = StepResult.guarded(() -> health.kind(charge).well(charge, scope::overtaken));
    return health.judge(well, charge, active, scope);
  }
}
