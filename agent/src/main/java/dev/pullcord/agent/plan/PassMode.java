package dev.pullcord.agent.plan;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import java.util.List;

/** The direction of a pass, which decides whose fault a fault is. */
public enum PassMode {
  /** On the way to a new commit: a fault of the release is the commit's. */
  ADVANCE,
  /** Puts right what has run well before: the worker is tried again after a while. */
  MEND,
  /** Goes back after a fault of the target. */
  RESTORE,
  /** Gets a commit ready beside what runs, which no fault of it concerns. */
  STAGE;

  /** Whether a plan puts right what has run well, or goes where the node has not been. */
  public static PassMode of(AgentHistory history, Goal goal, List<Step> steps) {
    Applied applied = history.applied();
    boolean ranWell =
        applied != null
            && (applied.isOf(goal.commit(), goal.labels())
                || applied.release().equals(goal.release())
                || (applied.release().equals(history.active()) && !switches(steps)));
    return ranWell ? MEND : ADVANCE;
  }

  /**
   * Whether a node with {@code noop} holds a plan back: one that would switch to what has not run
   * well here. What was being switched to when noop came is finished, for half of a release is
   * worse than either.
   */
  public boolean isHeldBack(List<Step> steps) {
    return this == ADVANCE && switches(steps);
  }

  private static boolean switches(List<Step> steps) {
    return steps.stream().anyMatch(Step.Switch.class::isInstance);
  }
}
