package dev.pullcord.agent.pass;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.journal.PassNumbers;
import dev.pullcord.agent.pass.step.EndWait;
import dev.pullcord.agent.pass.step.StepOperation;
import dev.pullcord.agent.pass.step.StepScope;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.retire.Dismissal;
import dev.pullcord.protocol.id.CommitId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies a plan: its steps one after the other, until one does not go well. */
public final class PlanRunner {
  private final StepScope.Means means;
  private final StepOperation.Table operations;
  private final EndWait ends;
  private final Dismissal dismissal;
  private final PassNumbers numbers;

  /** With these. */
  public PlanRunner(
      StepScope.Means means,
      StepOperation.Table operations,
      Dismissal dismissal,
      PassNumbers numbers) {
    this.means = means;
    this.operations = operations;
    this.ends = operations.ends();
    this.dismissal = dismissal;
    this.numbers = numbers;
  }

  /**
   * How far it came.
   *
   * @param at the step that did not go well; null when all did, or none had begun
   * @param result of that step
   */
  record Ended(@Nullable Step at, StepResult result) {}

  /** Applies a plan that is about something. */
  Ended run(StepScope.Aim aim, List<Step> steps) {
    StepScope scope = scope(aim);
    scope.showAndReport(
        switch (aim.mode()) {
              case ADVANCE -> "on the way to ";
              case MEND -> "putting right ";
              case RESTORE -> "going back from ";
              case STAGE -> "getting ready ";
            }
            + scope.commit());
    StepResult dismissed = dismissUnwanted(scope);
    if (!dismissed.succeeded()) {
      return new Ended(null, dismissed);
    }
    boolean asked = false;
    for (Step step : steps) {
      if (scope.overtaken()) {
        return new Ended(step, StepResult.abandoned("something newer was decided", ""));
      }
      if (step instanceof Step.Drain && !asked) {
        StepResult all = ends.askAll(steps, scope);
        if (!all.succeeded()) {
          return new Ended(step, all);
        }
        asked = true;
      }
      StepResult result = operations.of(step).apply(scope);
      if (!result.succeeded()) {
        return new Ended(step, result);
      }
    }
    return new Ended(null, StepResult.ok(""));
  }

  private StepResult dismissUnwanted(StepScope scope) {
    if (!scope.hasGoal()) {
      return StepResult.ok("");
    }
    Decision decision = scope.decision();
    CommitId stage = decision == null ? null : decision.stage();
    AgentHistory history = scope.history();
    List<Generation> unwanted =
        scope.mode() == PassMode.STAGE && stage != null
            ? Planner.unwantedOf(scope.goal(), stage, history)
            : Planner.unwanted(scope.goal(), history.withoutStaged(stage));
    return dismissal
        .soon(unwanted, decision == null ? "" : decision.ref(), scope::overtaken)
        .result();
  }

  /** Ends those that stand by for a commit that turned out to be at fault. */
  StepResult dismissStaged(CommitId stage, Decision decision) {
    List<Generation> standing =
        means.journal().history().generations().values().stream()
            .filter(g -> g.standsByFor(stage))
            .toList();
    return dismissal
        .soon(standing, decision.ref(), () -> means.interruptions().overtakes(decision))
        .result();
  }

  /** What the steps of a pass see of it, which has a number from now on. */
  StepScope scope(StepScope.Aim aim) {
    return new StepScope(means, aim, numbers.begin(aim.commit(), aim.revision()));
  }

  /** The pass has come to its end: the next one has another number. */
  void ended() {
    numbers.end();
  }
}
