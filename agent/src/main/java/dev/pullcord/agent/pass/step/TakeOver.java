package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.Workers;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Gives a worker's work to the generation that matches the goal. The others stand by: until its
 * SIGTERM each of them can have the work back.
 */
final class TakeOver implements StepOperation {
  private final String name;
  private final Workers workers;
  private final WorkerHealth health;

  TakeOver(String name, Workers workers, WorkerHealth health) {
    this.name = name;
    this.workers = workers;
    this.health = health;
  }

  @Override
  public StepResult apply(StepScope scope) {
    scope.show("handing " + name + " over");
    return scope.measure(StepRecord.Kind.SWITCH, name, () -> handOver(scope));
  }

  private StepResult handOver(StepScope scope) throws IOException {
    Optional<Generation> wanted = scope.history().kept(name, scope.definition(name));
    String active = scope.history().active();
    if (wanted.isEmpty() || active == null) {
      return WorkerHealth.notRunning(name);
    }
    Generation to = wanted.get();
    scope.note(new GenerationEntry.TakeOverIntent(to.number(), scope.now()));
    List<Generation> others =
        scope.history().generationsOf(name).stream()
            .filter(g -> g.number() != to.number())
            .filter(g -> !g.newcomer()) // it has no work to give, and sees its own release
            .toList();
    workers.freeze(others, active);
    WorkerKind.Charge charge = health.charge(to, scope);
    StepResult moved =
        health
            .kind(charge)
            .takeOver(
                charge,
                others.stream().filter(g -> !g.askedToEnd()).toList(),
                () -> workers.follow(to),
                scope::overtaken);
    if (moved.succeeded()) {
      scope.note(new GenerationEntry.TakenOver(to.number(), scope.now()));
      workers.promoted(scope.goal().stopped());
    }
    return workers.works(to) ? moved : health.died(to, moved.output());
  }
}
