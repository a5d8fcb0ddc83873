package dev.pullcord.agent.pass;

import dev.pullcord.agent.channel.Decision;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.protocol.id.CommitId;
import org.jspecify.annotations.Nullable;

/**
 * What a pass is about.
 *
 * @param decision that it acts on; null while none was ever made
 * @param goal what is to run at its end; null when nothing is, or it is not yet known
 * @param snapshot of the goal's commit; null when the goal is a release that is there already
 * @param mode whose fault a fault is
 * @param number counting up on the node; 0 before it has begun
 */
record PassContext(
    @Nullable Decision decision,
    @Nullable Goal goal,
    @Nullable Snapshot snapshot,
    Mode mode,
    long number) {
  /** Whose fault a fault is. */
  enum Mode {
    /** On the way to a new commit: the commit's, which is then left alone. */
    ADVANCE,
    /** Putting right what has run well before: the worker is tried again after a while. */
    MEND,
    /** Going back after a fault of the target. */
    RESTORE
  }

  static PassContext of(
      @Nullable Decision decision, @Nullable Goal goal, @Nullable Snapshot snapshot, Mode mode) {
    return new PassContext(decision, goal, snapshot, mode, 0);
  }

  PassContext numbered(long n) {
    return new PassContext(decision, goal, snapshot, mode, n);
  }

  /** The commit that the transcript and the reports name. */
  CommitId commit() {
    if (decision != null && decision.commit() != null) {
      return decision.commit();
    }
    if (goal == null) {
      throw new IllegalStateException("a pass without a commit has no steps");
    }
    return goal.commit();
  }

  long revision() {
    return decision == null ? 0 : decision.revision();
  }
}
