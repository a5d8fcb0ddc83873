package dev.pullcord.agent.pass;

import dev.pullcord.agent.activate.Quarantines;
import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Quarantine;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.CommitId;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses where a pass goes, from what was decided and what the journal says. Pure: it looks at no
 * source and no disk.
 */
sealed interface GoalChoice {
  /**
   * Go to what the history knows: what runs, or what was being switched to before a kill.
   *
   * @param goal as its commit has it
   */
  record Reach(Decision decision, Goal goal) implements GoalChoice {}

  /**
   * Keep running what runs: there is nothing to go to.
   *
   * @param waiting what the pass comes to
   */
  record Keep(PassResult waiting) implements GoalChoice {}

  /** Keep running what runs: the target was tried, and the time to try again has not come. */
  record Wait() implements GoalChoice {}

  /**
   * Go back to what last ran well: the target is left alone.
   *
   * @param quarantine of the target
   */
  record GoBack(Decision decision, Quarantine quarantine) implements GoalChoice {}

  /** Read the target first, which may have to be fetched. */
  record Obtain(Decision decision, CommitId target) implements GoalChoice {}

  /**
   * Chooses.
   *
   * @param waits whether a commit is not to be tried yet
   */
  static GoalChoice of(
      @Nullable Decision decision, AgentHistory history, Predicate<CommitId> waits) {
    if (decision == null) {
      return new Keep(
          PassResult.waiting("nothing was decided for this node yet", ExitCode.UNREACHABLE));
    }
    CommitId target = decision.commit();
    if (target == null) {
      return new Keep(
          PassResult.waiting("nothing was pushed to " + decision.ref() + " yet", ExitCode.DONE));
    }
    Optional<Quarantine> quarantine = Quarantines.forbidding(decision, history);
    if (quarantine.isPresent()) {
      return new GoBack(decision, quarantine.get());
    }
    if (waits.test(target)) {
      return new Wait();
    }
    Optional<Goal> known = Goal.known(history, target, decision.ref(), decision.labels());
    return known.isPresent() ? new Reach(decision, known.get()) : new Obtain(decision, target);
  }
}
