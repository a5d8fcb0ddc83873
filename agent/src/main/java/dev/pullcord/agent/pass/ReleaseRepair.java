package dev.pullcord.agent.pass;

import dev.pullcord.agent.activate.Quarantines;
import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.pass.step.StepScope;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.stage.DriftWatch;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stages the commit that last ran well again, beside, where its release is gone from the disk or is
 * not as it was staged, and switches to it as to any other. A worker whose identity is the same is
 * not restarted. What fails is tried again after a while, and its reason begins with what is wrong
 * with the release.
 */
final class ReleaseRepair {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseRepair.class);

  private final Journal journal;
  private final DriftWatch drift;
  private final Source source;
  private final Retries retries;
  private final LocalGoals goals;
  private final Applying applying;

  ReleaseRepair(
      Journal journal,
      DriftWatch drift,
      Source source,
      Retries retries,
      LocalGoals goals,
      Applying applying) {
    this.journal = journal;
    this.drift = drift;
    this.source = source;
    this.retries = retries;
    this.goals = goals;
    this.applying = applying;
  }

  /** What a pass applies plans with. */
  interface Applying extends BiFunction<StepScope.Aim, List<Step>, PassResult> {}

  /**
   * Before anything else is done with what last ran well, unless the way leads elsewhere.
   *
   * @return the result of a pass that has to end here; empty when there was nothing to do, or it is
   *     done
   */
  Optional<PassResult> before(@Nullable Decision decision) {
    Applied applied = journal.history().applied();
    if (applied == null || leadsElsewhere(decision)) {
      return Optional.empty();
    }
    if (retries.waits(applied.release())) {
      return Optional.of(retries.last(ExitCode.FAILED));
    }
    return drift
        .wrong()
        .map(why -> anew(decision, why, PassMode.MEND))
        .filter(result -> result.state() != NodeState.CONVERGED);
  }

  /**
   * On the way back from a commit that is at fault.
   *
   * @return what came of it; empty where the release to go back to is as it was staged
   */
  Optional<PassResult> back(Decision decision) {
    return drift.wrong().or(drift::wrongBehind).map(why -> anew(decision, why, PassMode.RESTORE));
  }

  /** Whether a decision leads away from what last ran well. */
  private boolean leadsElsewhere(@Nullable Decision decision) {
    if (decision == null || decision.commit() == null) {
      return false;
    }
    CommitId target = decision.commit();
    AgentHistory history = journal.history();
    Applied applied = history.applied();
    return (applied == null || !applied.isOf(target, decision.labels()))
        && Quarantines.forbidding(decision, history).isEmpty()
        && !retries.waits(target);
  }

  private PassResult anew(@Nullable Decision decision, String wrong, PassMode mode) {
    AgentHistory history = journal.history();
    Applied applied = history.applied();
    if (applied == null) {
      throw new IllegalStateException("nothing ran well that could be wrong");
    }
    LOG.warn("{}: staging {} again", wrong, applied.commit().abbreviated());
    SourceResult result = goals.preparable(source.obtain(applied.commit()).on(applied.labels()));
    if (!(result instanceof SourceResult.Obtained(Snapshot same, String text))) {
      LOG.warn("{} cannot be had again: {}", applied.commit().abbreviated(), result.log());
      return retries.environmentFault(
          applied.release(), wrong + "; it cannot be had again: " + reason(result));
    }
    Goal goal = goals.usable(same, applied.ref()).unstaged();
    drift.staging();
    StepScope.Aim aim = new StepScope.Aim(decision, goal, same, mode);
    PassResult ended = applying.apply(aim, Planner.anew(goal, history).steps());
    return ended.state() == NodeState.FAILED ? ended.because(wrong + "; staged again: ") : ended;
  }

  private static String reason(SourceResult result) {
    return switch (result) {
      case SourceResult.Obtained(Snapshot _, String text) -> text;
      case SourceResult.Refused(String why, String _) -> why;
      case SourceResult.Unavailable(String why, String _) -> why;
    };
  }
}
