package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.activate.Switch;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.worker.Workers;

/**
 * Does one step of a plan. It reports and does not throw: the result says whose fault it was, and a
 * fault of the agent's own disk is the environment's.
 */
@FunctionalInterface
public interface StepOperation {
  /** Does it; the result says whether the next step may follow. */
  StepResult apply(StepScope scope);

  /**
   * Knows which operation does which step.
   *
   * @param stage remembers nothing
   * @param check remembers what was found good
   * @param link swaps {@code current}
   * @param workers starts and hands over
   * @param health looks at workers
   * @param ends waits for their end
   */
  record Table(
      StageRelease stage,
      CheckRelease check,
      Switch link,
      Workers workers,
      WorkerHealth health,
      EndWait ends) {

    /** The one for a step. */
    public StepOperation of(Step step) {
      return switch (step) {
        case Step.Stage _ -> stage;
        case Step.Check _ -> check;
        case Step.Switch(String release) -> new SwitchCurrent(release, link);
        case Step.Clear _ -> SwitchCurrent.toNothing(link);
        case Step.Drain(long generation) -> new DrainGeneration(generation, ends);
        case Step.AwaitRoom(String worker, int most) -> new AwaitRoom(worker, most, ends);
        case Step.Start(String worker) -> StartWorker.inPlace(worker, workers);
        case Step.StartBeside(String worker, String release) ->
            StartWorker.beside(worker, release, workers);
        case Step.AwaitReady(String worker) -> new AwaitReady(worker, health);
        case Step.TakeOver(String worker) -> new TakeOver(worker, workers, health);
        case Step.AwaitHealthy(String worker) -> new AwaitHealthy(worker, health);
      };
    }
  }
}
