package dev.pullcord.agent.pass;

import dev.pullcord.agent.channel.Decision;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Applied;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.protocol.id.CommitId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the history alone says about goals. Pure. */
final class Goals {
  private Goals() {}

  /** A goal that needs no source: what runs, or what was being switched to before a kill. */
  static Optional<Goal> known(
      AgentHistory history, CommitId target, String ref, Map<String, String> labels) {
    Applied applied = history.applied();
    if (applied != null && same(applied, target, labels)) {
      return Goal.applied(history).map(goal -> goal.on(ref));
    }
    return history
        .activeRelease()
        .filter(active -> active.commit().equals(target) && active.labels().equals(labels))
        .map(active -> Goal.of(active, ref));
  }

  private static boolean same(Applied applied, CommitId commit, Map<String, String> labels) {
    return applied.commit().equals(commit) && applied.labels().equals(labels);
  }

  /** Whether a decision leads away from what last ran well. */
  static boolean elsewhere(AgentHistory history, @Nullable Decision decision) {
    Applied applied = history.applied();
    return decision != null
        && decision.commit() != null
        && (applied == null || !same(applied, decision.commit(), decision.labels()));
  }

  /** What last ran well, if it is what is active now. */
  static Optional<Goal> inPlace(AgentHistory history) {
    return Goal.applied(history)
        .filter(goal -> goal.release() != null && goal.release().equals(history.active()));
  }

  /**
   * Whether noop holds a plan back: it would switch to what has not run well here. What was being
   * switched to when noop came is finished, for half of a release is worse than either.
   */
  static boolean holdsBack(boolean noop, PassContext.Mode mode, List<Step> steps) {
    return noop
        && mode == PassContext.Mode.ADVANCE
        && steps.stream().anyMatch(Step.Switch.class::isInstance);
  }

  /** Whether a plan puts right what has run well, or goes where the node has not been. */
  static PassContext.Mode mode(AgentHistory history, Goal goal, List<Step> steps) {
    Applied applied = history.applied();
    boolean ranWell =
        applied != null
            && (same(applied, goal.commit(), goal.labels())
                || applied.release().equals(goal.release())
                || (applied.release().equals(history.active())
                    && steps.stream().noneMatch(Step.Switch.class::isInstance)));
    return ranWell ? PassContext.Mode.MEND : PassContext.Mode.ADVANCE;
  }
}
