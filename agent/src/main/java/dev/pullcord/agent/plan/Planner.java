package dev.pullcord.agent.plan;

import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Applied;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.WorkerDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Works out what has to change. Pure: the history must have been compared with the world before, so
 * that a generation in it is one that lives.
 *
 * <p>A worker is restarted exactly when its identity is another one, or it is dead, or it was asked
 * to end. Order: stage, check, drain, switch, start, health. Going back is the same with a release
 * that is there already.
 */
public final class Planner {
  private Planner() {}

  /** From where the agent stands to the goal. */
  public static Plan towards(Goal goal, AgentHistory history) {
    List<Step> drains = drains(goal.workers(), history);
    List<Step> starts = starts(goal.workers(), history);
    List<Step> steps = new ArrayList<>();
    if (inPlace(goal, history)) {
      if (drains.isEmpty() && starts.isEmpty() && history.well()) {
        return settled(goal, history.applied());
      }
      steps.addAll(drains);
    } else {
      if (goal.release() == null) {
        steps.add(new Step.Stage());
      }
      if (goal.checked()) {
        steps.add(new Step.Check());
      }
      steps.addAll(drains);
      steps.add(new Step.Switch(goal.release()));
    }
    steps.addAll(starts);
    goal.workers().keySet().forEach(name -> steps.add(new Step.AwaitHealthy(name)));
    return new Plan.Steps(steps);
  }

  /** To nothing at all: the first deployment failed and there is nothing to go back to. */
  public static Plan towardsNothing(AgentHistory history) {
    List<Step> steps = new ArrayList<>(drains(Map.of(), history));
    if (history.active() != null) {
      steps.add(new Step.Clear());
    }
    return steps.isEmpty() ? new Plan.Nothing() : new Plan.Steps(steps);
  }

  private static Plan settled(Goal goal, @Nullable Applied applied) {
    boolean noted =
        applied != null
            && applied.commit().equals(goal.commit())
            && applied.ref().equals(goal.ref());
    return noted ? new Plan.Nothing() : new Plan.MoveVersion();
  }

  /** Whether the active release has the goal's files and is asked for the same workers. */
  private static boolean inPlace(Goal goal, AgentHistory history) {
    if (goal.release() != null && goal.release().equals(history.active())) {
      return true;
    }
    if (goal.release() != null
        && history.releases().containsKey(goal.release())
        && history.releases().get(goal.release()).used()) {
      return false;
    }
    return history
        .activeRelease()
        .filter(active -> active.trees().equals(goal.trees()))
        .filter(active -> identities(active.workers()).equals(identities(goal.workers())))
        .isPresent();
  }

  private static Map<String, String> identities(Map<String, WorkerDefinition> workers) {
    Map<String, String> identities = new HashMap<>();
    workers.forEach((name, definition) -> identities.put(name, definition.identity()));
    return identities;
  }

  private static List<Step> drains(Map<String, WorkerDefinition> wanted, AgentHistory history) {
    Set<Long> kept = new HashSet<>();
    wanted.forEach((name, definition) ->
        kept(definition, history.generationsOf(name)).ifPresent(g -> kept.add(g.number())));
    return history.generations().keySet().stream()
        .filter(number -> !kept.contains(number))
        .<Step>map(Step.Drain::new)
        .toList();
  }

  private static List<Step> starts(Map<String, WorkerDefinition> wanted, AgentHistory history) {
    return wanted.entrySet().stream()
        .filter(w -> kept(w.getValue(), history.generationsOf(w.getKey())).isEmpty())
        .<Step>map(w -> new Step.Start(w.getKey()))
        .toList();
  }

  /** At most one generation of a worker goes on: the newest that is what is wanted. */
  private static Optional<Generation> kept(WorkerDefinition wanted, List<Generation> newestFirst) {
    return newestFirst.stream()
        .filter(g -> !g.draining() && g.identity().equals(wanted.identity()))
        .findFirst();
  }
}
