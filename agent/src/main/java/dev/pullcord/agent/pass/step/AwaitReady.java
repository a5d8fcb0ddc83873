package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.report.StepRecord;
import java.util.Optional;

/** Waits until a newcomer has proven itself in its own release, and notes by what. */
final class AwaitReady implements StepOperation {
  private final String name;
  private final WorkerHealth health;

  AwaitReady(String name, WorkerHealth health) {
    this.name = name;
    this.health = health;
  }

  @Override
  public StepResult apply(StepScope scope) {
    scope.show("waiting until " + name + " is ready");
    return scope.measure(StepRecord.Kind.HEALTH, name, () -> await(scope));
  }

  private StepResult await(StepScope scope) {
    Optional<Generation> newcomer = scope.history().kept(name, scope.definition(name));
    if (newcomer.isEmpty()) {
      return WorkerHealth.notRunning(name);
    }
    Generation generation = newcomer.get();
    WorkerKind.Charge charge = health.charge(generation, scope);
    WorkerKind kind = health.kind(charge);
    StepResult proven = kind.ready(charge, scope::overtaken);
    StepResult result = health.judge(proven, charge, generation.release(), scope);
    if (result.succeeded()) {
      scope.note(new GenerationEntry.Ready(generation.number(), scope.now(), kind.proof(charge)));
    }
    return result;
  }
}
