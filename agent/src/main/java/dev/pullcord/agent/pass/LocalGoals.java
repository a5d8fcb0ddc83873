package dev.pullcord.agent.pass;

import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.retire.Retirement;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.stage.Venvs;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes goals as this node has them: with its env files, and as its operators ordered. */
public final class LocalGoals {
  private final EnvFiles envFiles;
  private final Venvs venvs;
  private final Retirement retirement;
  private final Journal journal;
  private final boolean noop;
  private final AllowedWork allowed;

  /**
   * With these.
   *
   * @param noop whether a commit is only planned for, and not applied
   * @param allowed which refs and kinds of workers a commit may bring
   */
  public LocalGoals(
      EnvFiles envFiles,
      Venvs venvs,
      Retirement retirement,
      Journal journal,
      boolean noop,
      AllowedWork allowed) {
    this.allowed = allowed;
    this.noop = noop;
    this.envFiles = envFiles;
    this.venvs = venvs;
    this.retirement = retirement;
    this.journal = journal;
  }

  /** Env files are read anew. */
  void passBegins() {
    envFiles.passBegins(journal.history());
  }

  /** A commit, as it is everywhere. */
  Goal of(Snapshot from, String ref) {
    return Goal.of(from, ref, venvs::key, journal.history());
  }

  /** On this node; with the problem where an env file cannot be used. */
  EnvFiles.Local local(Goal goal) {
    EnvFiles.Local local = envFiles.local(goal);
    return new EnvFiles.Local(retirement.ordered(local.goal()), local.problem());
  }

  /** On this node; where its env files cannot be used, what runs stays as it is. */
  Goal usable(Goal goal) {
    return local(goal).goal();
  }

  /** Why the node's owner does not let a goal be reached; empty when he does. */
  Optional<String> refused(Goal goal) {
    return allowed.refuses(
        goal.ref(), goal.workers().values().stream().map(WorkerDefinition::spec).toList());
  }

  /** Whether the node only plans for a goal. */
  boolean holdsBack(PassMode mode, List<Step> steps) {
    return noop && mode.isHeldBack(steps);
  }

  /** What a node says that only plans; empty for one that applies, too. */
  Optional<String> onlyPlans(Supplier<String> would) {
    return noop ? Optional.of(would.get()) : Optional.empty();
  }

  /** As {@link #usable(Goal)}, of a commit under the name of a ref. */
  Goal usable(Snapshot from, String ref) {
    return usable(of(from, ref));
  }
}
