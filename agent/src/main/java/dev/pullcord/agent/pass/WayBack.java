package dev.pullcord.agent.pass;

import dev.pullcord.agent.activate.Rollback;
import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Quarantine;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.pass.step.StepScope;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Plan;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes a node whose commit is quarantined back to the release that last ran well. */
final class WayBack {
  private final Journal journal;
  private final ReleaseRepair repair;
  private final LocalGoals goals;
  private final PlanRunner plans;
  private final ReleaseRepair.Applying apply;

  /** Of a pass, which applies the plan. */
  WayBack(
      Journal journal,
      ReleaseRepair repair,
      LocalGoals goals,
      PlanRunner plans,
      ReleaseRepair.Applying apply) {
    this.journal = journal;
    this.repair = repair;
    this.goals = goals;
    this.plans = plans;
    this.apply = apply;
  }

  /** What a plan looks at: those that only stand by for another commit are no part of it. */
  static AgentHistory present(AgentHistory history, @Nullable Decision decision) {
    return history.withoutStaged(decision == null ? null : decision.stage());
  }

  /** Goes there, or says that the node is there already, or why it cannot. */
  PassResult from(Decision decision, Quarantine quarantine) {
    Optional<PassResult> repaired = repair.back(decision);
    if (repaired.isPresent()) {
      return repaired.get();
    }
    return switch (Rollback.from(present(journal.history(), decision), goals::usable)) {
      case Rollback.Back(Goal goal, Plan.Steps(List<Step> steps)) ->
          apply.apply(new StepScope.Aim(decision, goal, null, PassMode.RESTORE), steps);
      case Rollback.ToNothing(Plan.Steps(List<Step> steps)) ->
          apply.apply(new StepScope.Aim(decision, null, null, PassMode.RESTORE), steps);
      case Rollback.Back _, Rollback.ToNothing _ -> reached(quarantine);
      case Rollback.Impossible(String release) ->
          PassResult.failed(
              quarantine.reason() + "; and release " + release + " is gone from the disk");
    };
  }

  /** The result of a pass whose node is back. */
  PassResult reached(Quarantine quarantine) {
    plans.ended();
    return journal.history().applied() == null
        ? PassResult.failed("no earlier release: " + quarantine.reason())
        : new PassResult(NodeState.ROLLED_BACK, quarantine.reason(), ExitCode.FAILED);
  }
}
