package dev.pullcord.agent.pass;

import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.agent.worker.FlapGuard;
import dev.pullcord.protocol.report.NodeState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Applies a plan: its steps one after the other, until one does not go well. */
final class PlanRunner {
  private final StepRunner steps;
  private final StatusBoard board;
  private final Tools tools;
  private final Interruptions interruptions;
  private final PassNumbers numbers;

  PlanRunner(
      StepRunner steps,
      StatusBoard board,
      Tools tools,
      Interruptions interruptions,
      PassNumbers numbers) {
    this.steps = steps;
    this.board = board;
    this.tools = tools;
    this.interruptions = interruptions;
    this.numbers = numbers;
  }

  /**
   * How far it came.
   *
   * @param at the step that did not go well; null when all did
   * @param result of that step
   */
  record Ended(@Nullable Step at, StepResult result) {
    /** The worker that the step was about. */
    Optional<String> worker() {
      return switch (at) {
        case Step.Start(String worker) -> Optional.of(worker);
        case Step.StartBeside(String worker, String release) -> Optional.of(worker);
        case Step.AwaitReady(String worker) -> Optional.of(worker);
        case Step.TakeOver(String worker) -> Optional.of(worker);
        case Step.AwaitHealthy(String worker) -> Optional.of(worker);
        case null, default -> Optional.empty();
      };
    }
  }

  /** The worker of a plan that is not to be tried yet, because it has just died. */
  Optional<String> flapping(List<Step> list) {
    FlapGuard flaps = tools.flaps();
    return list.stream()
        .flatMap(step -> new Ended(step, StepResult.ok("")).worker().stream())
        .filter(worker -> flaps.dueIn(worker).isPositive())
        .findFirst();
  }

  Ended run(PassContext context, List<Step> list) {
    PassContext pass = begin(context);
    Goal goal = pass.goal();
    if (goal != null) {
      var unwanted = Planner.unwanted(goal, tools.journal().history());
      StepResult dismissed = steps.workers().dismiss(unwanted, pass.decision()).result();
      if (!dismissed.succeeded()) {
        return new Ended(list.getFirst(), dismissed);
      }
    }
    boolean asked = false;
    for (Step step : list) {
      if (interruptions.overtakes(pass.decision())) {
        return new Ended(step, StepResult.abandoned("something newer was decided", ""));
      }
      if (step instanceof Step.Drain && !asked) {
        StepResult terminated = steps.workers().drains().terminate(list, pass);
        if (!terminated.succeeded()) {
          return new Ended(step, terminated);
        }
        asked = true;
      }
      StepResult result = steps.run(step, pass);
      if (!result.succeeded()) {
        return new Ended(step, result);
      }
    }
    return new Ended(null, StepResult.ok(""));
  }

  PassContext numbered(PassContext context) {
    return context.numbered(numbers.begin(context.commit(), context.revision()));
  }

  /** Numbers the pass and lets it be known. */
  private PassContext begin(PassContext context) {
    PassContext pass = numbered(context);
    String what =
        switch (pass.mode()) {
          case ADVANCE -> "on the way to ";
          case MEND -> "putting right ";
          case RESTORE -> "going back from ";
        };
    board.show(
        NodeState.APPLYING,
        what + pass.commit().abbreviated(),
        tools.journal().history(),
        pass.decision());
    board.report(pass.decision());
    return pass;
  }
}
