package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.worker.StartResult;
import dev.pullcord.agent.worker.Workers;
import dev.pullcord.protocol.report.StepRecord;
import org.jspecify.annotations.Nullable;

/**
 * Starts a worker as a new generation: in the active release, or beside the generation that works,
 * in the release that is to become active.
 */
final class StartWorker implements StepOperation {
  private final String name;
  private final boolean beside;
  private final @Nullable String release;
  private final Workers workers;

  private StartWorker(String name, boolean beside, @Nullable String release, Workers workers) {
    this.name = name;
    this.beside = beside;
    this.release = release;
    this.workers = workers;
  }

  /** Where nothing of it works. */
  static StartWorker inPlace(String name, Workers workers) {
    return new StartWorker(name, false, null, workers);
  }

  /**
   * Beside the one that works.
   *
   * @param release one that is there already; null for the one that was just staged
   */
  static StartWorker beside(String name, @Nullable String release, Workers workers) {
    return new StartWorker(name, true, release, workers);
  }

  @Override
  public StepResult apply(StepScope scope) {
    WorkerDefinition worker = scope.definition(name);
    String where = beside ? scope.release(release) : active(scope);
    boolean newcomer = beside || worker.spec().work().provesItself();
    scope.show("starting " + name);
    Goal goal = scope.goal();
    return scope.measure(
        StepRecord.Kind.START,
        name,
        () ->
            switch (workers.start(worker, where, goal.commit(), goal.ref(), newcomer)) {
              case StartResult.Running(long number, String text) ->
                  StepResult.ok("generation " + number + ", " + text);
              case StartResult.Unstartable(String reason, Integer exit) ->
                  StepResult.releaseFault(reason, exit, reason);
              case StartResult.HostFault(String reason) ->
                  StepResult.environmentFault(reason, reason);
            });
  }

  private static String active(StepScope scope) {
    String active = scope.history().active();
    if (active == null) {
      throw new IllegalStateException("a worker is started after the switch");
    }
    return active;
  }
}
