package dev.pullcord.agent.pass;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.protocol.report.StepRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose fault a failed step was, and what is done about it. Pure.
 *
 * <p>On the way to a new commit a fault of the release is the commit's: it is left alone, and the
 * same pass goes back. What has run well before is never left alone: its worker, or the whole plan,
 * is tried again. So is whatever the environment is at fault for. The times until the next try are
 * {@link Retries}': 1, 2, 4 … 60 s.
 */
sealed interface FaultPolicy {
  /** The commit is at fault: leave it alone, and go back. */
  record LeaveAlone(Decision target) implements FaultPolicy {}

  /** The environment is at fault, on the way to a commit: try the commit again. */
  record RetryCommit() implements FaultPolicy {}

  /** A worker that ran well before cannot be started: try that worker again. */
  record RetryWorker(String worker) implements FaultPolicy {}

  /** Nothing can be blamed on one worker: try again what ran before. */
  record RetryAll() implements FaultPolicy {}

  /**
   * Decides.
   *
   * @param decision that the pass acts on; null while none was ever made
   * @param at the step that failed
   * @param result of it, which names who is at fault
   */
  static FaultPolicy of(
      PassMode mode, @Nullable Decision decision, @Nullable Step at, StepResult result) {
    if (mode == PassMode.ADVANCE && decision != null) {
      return result.outcome() == StepRecord.Outcome.RELEASE_FAULT
          ? new LeaveAlone(decision)
          : new RetryCommit();
    }
    return at == null
        ? new RetryAll()
        : at.blamedWorker().<FaultPolicy>map(RetryWorker::new).orElseGet(RetryAll::new);
  }
}
