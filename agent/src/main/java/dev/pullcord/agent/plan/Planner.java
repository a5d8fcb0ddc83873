package dev.pullcord.agent.plan;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Works out what has to change. Pure: the history must have been compared with the world before, so
 * that a generation in it is one that lives.
 *
 * <p>A worker is restarted exactly when its identity is another one, or it is dead, or it was asked
 * to end. Order: stage, check, start beside and prove (overlap), drain (stop-start), switch, start,
 * take over, health. Where some worker can go on without a drain, those that can are switched to
 * and looked at first, and the others are asked to end after that. Going back is the same with a
 * release that is there already. A generation that an overlap has left behind is not the plan's,
 * see {@link #unwanted} and {@link #retiring}.
 */
public final class Planner {
  private Planner() {}

  /** To the goal by a release that is staged anew, also when the active one should be the same. */
  public static Plan.Steps anew(Goal goal, AgentHistory history) {
    return new Plan.Steps(steps(goal.unstaged(), history, false));
  }

  /** From where the agent stands to the goal. */
  public static Plan towards(Goal goal, AgentHistory history) {
    boolean inPlace = inPlace(goal, history);
    List<Step> steps = steps(goal, history, inPlace);
    return steps.isEmpty() ? settled(goal, history.applied()) : new Plan.Steps(steps);
  }

  /** None when all is as it should be. */
  private static List<Step> steps(Goal goal, AgentHistory history, boolean inPlace) {
    WorkerSteps work = WorkerSteps.of(goal, inPlace ? history.active() : goal.release(), history);
    List<Step> steps = new ArrayList<>();
    if (inPlace) {
      if (work.none() && history.well()) {
        return List.of();
      }
      steps.addAll(work.beside());
    } else {
      if (goal.release() == null) {
        steps.add(new Step.Stage());
      }
      if (goal.checked()) {
        steps.add(new Step.Check());
      }
      steps.addAll(work.beside());
      if (work.free().isEmpty()) {
        steps.addAll(work.waiting().drains());
      }
      steps.add(new Step.Switch(goal.release()));
    }
    steps.addAll(work.free().rest());
    if (inPlace || !work.free().isEmpty()) {
      steps.addAll(work.waiting().drains());
    }
    steps.addAll(work.waiting().rest());
    return steps;
  }

  /**
   * What gets a goal ready without switching to it: its release, its checks, and the newcomers that
   * stand by without work until they are given any. A worker that would work from its start is
   * started after the switch.
   */
  public static List<Step> beside(Goal goal, AgentHistory history) {
    boolean inPlace = inPlace(goal, history);
    List<Step> steps = new ArrayList<>();
    if (!inPlace && goal.release() == null) {
      steps.add(new Step.Stage());
    }
    if (!inPlace && goal.checked()) {
      steps.add(new Step.Check());
    }
    WorkerSteps.of(goal, inPlace ? history.active() : goal.release(), history).beside().stream()
        .filter(step -> standsBy(goal, step))
        .forEach(steps::add);
    return steps;
  }

  private static boolean standsBy(Goal goal, Step step) {
    return step.besideWorker()
        .map(goal.workers()::get)
        .filter(worker -> worker.spec().work().provesItself())
        .isPresent();
  }

  /** Newcomers of a commit that is only to be ready which its goal does not want any more. */
  public static List<Generation> unwantedOf(Goal goal, CommitId stage, AgentHistory history) {
    return unwanted(goal, history).stream().filter(g -> g.standsByFor(stage)).toList();
  }

  /** To nothing at all: the first deployment failed and there is nothing to go back to. */
  public static Plan towardsNothing(AgentHistory history) {
    List<Step> steps = new ArrayList<>();
    history.generations().keySet().forEach(number -> steps.add(new Step.Drain(number)));
    if (history.active() != null) {
      steps.add(new Step.Clear());
    }
    return steps.isEmpty() ? new Plan.Nothing() : new Plan.Steps(steps);
  }

  private static Plan settled(Goal goal, @Nullable Applied applied) {
    boolean noted =
        applied != null
            && applied.commit().equals(goal.commit())
            && applied.ref().equals(goal.ref())
            && applied.labels().equals(goal.labels());
    return noted ? new Plan.Nothing() : new Plan.MoveVersion();
  }

  /**
   * Whether the active release has the goal's files, and what is built of them, and is asked for
   * the same workers.
   */
  static boolean inPlace(Goal goal, AgentHistory history) {
    if (goal.release() != null && goal.release().equals(history.active())) {
      return true;
    }
    if (goal.release() != null
        && history.releases().containsKey(goal.release())
        && history.releases().get(goal.release()).used()) {
      return false;
    }
    return history.activeRelease().filter(goal::isLike).isPresent();
  }

  /** Newcomers that are not what is wanted: they never had work, and are asked to end at once. */
  public static List<Generation> unwanted(Goal goal, AgentHistory history) {
    return history.generations().values().stream()
        .filter(Generation::newcomer)
        .filter(g -> kept(goal, g.worker(), history).filter(g::equals).isEmpty())
        .toList();
  }

  /**
   * Those that are to be asked to end after a pass that ended well; also one that was about to be
   * when the agent was killed.
   *
   * @param stopped workers that are not to run now
   */
  public static List<Generation> retiring(AgentHistory history, Set<String> stopped) {
    return history.generations().values().stream()
        .filter(g -> g.phase() != Generation.Phase.TERM_SENT)
        .filter(g ->
            !g.hasWork()
                || stopped.contains(g.worker())
                || (overlaps(g, history) && !inManifest(g, history)))
        .toList();
  }

  private static Optional<Generation> kept(Goal goal, String worker, AgentHistory history) {
    return Optional.ofNullable(goal.workers().get(worker))
        .filter(_ -> !goal.stopped().contains(worker))
        .flatMap(w -> history.kept(worker, w));
  }

  private static boolean inManifest(Generation generation, AgentHistory history) {
    return history
        .activeRelease()
        .filter(active -> active.workers().containsKey(generation.worker()))
        .isPresent();
  }

  /** Whether a generation's own release lets the worker overlap. */
  static boolean overlaps(Generation generation, AgentHistory history) {
    return history
        .startedAs(generation)
        .filter(own -> own.restart() == WorkerSpec.Restart.OVERLAP)
        .isPresent();
  }
}
