package dev.pullcord.agent.activate;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Plan;
import dev.pullcord.agent.plan.Planner;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The way back after a release's fault: the same planner, with what last ran well as the goal.
 * Level-triggered like every pass, so that a kill in the middle of it is continued by the next.
 */
public sealed interface Rollback {
  /**
   * There is something to go back to.
   *
   * @param goal what last ran well
   * @param plan to it; nothing when the fault came before anything was touched
   */
  record Back(Goal goal, Plan plan) implements Rollback {}

  /**
   * The first deployment failed: no {@code current}, no newcomer.
   *
   * @param plan to nothing
   */
  record ToNothing(Plan plan) implements Rollback {}

  /**
   * What last ran well is gone from the disk: nothing is touched.
   *
   * @param release its name
   */
  record Impossible(String release) implements Rollback {}

  /**
   * From where the agent stands.
   *
   * @param local what the node makes of a goal
   */
  static Rollback from(AgentHistory history, UnaryOperator<Goal> local) {
    if (history.applied() == null) {
      return new ToNothing(Planner.towardsNothing(history));
    }
    Optional<Goal> goal = Goal.applied(history).map(local);
    if (goal.isEmpty()) {
      return new Impossible(history.applied().release());
    }
    return new Back(goal.get(), Planner.towards(goal.get(), history));
  }
}
