package dev.pullcord.agent.pass;

import dev.pullcord.agent.activate.TargetLinks;
import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.retire.Retirement;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.stage.Venvs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Makes goals as this node has them: with its env files, and as its operators ordered. */
public final class LocalGoals {
  private final EnvFiles envFiles;
  private final Venvs venvs;
  private final Retirement retirement;
  private final Journal journal;
  private final boolean noop;
  private final Owner owner;
  private final TargetLinks links;

  /**
   * With these.
   *
   * @param noop whether a commit is only planned for, and not applied
   * @param owner what the node's owner lets a commit do
   * @param links those from elsewhere on the host into the active release
   */
  public LocalGoals(
      EnvFiles envFiles,
      Venvs venvs,
      Retirement retirement,
      Journal journal,
      boolean noop,
      Owner owner,
      TargetLinks links) {
    this.owner = owner;
    this.links = links;
    this.noop = noop;
    this.envFiles = envFiles;
    this.venvs = venvs;
    this.retirement = retirement;
    this.journal = journal;
  }

  /**
   * What the node's owner lets a commit do.
   *
   * @param rights as whom it would run
   * @param allowed which refs and kinds of workers it may bring
   */
  public record Owner(Rights rights, AllowedWork allowed) {}

  /** Env files are read anew. */
  void passBegins() {
    envFiles.passBegins(journal.history());
  }

  /** A commit, as it is everywhere. */
  Goal of(Snapshot from, String ref) {
    return Goal.of(from, ref, venvs::key, journal.history());
  }

  /** The same, unless this node cannot tell by what it would make the commit's Python. */
  SourceResult preparable(SourceResult read) {
    return read instanceof SourceResult.Obtained(Snapshot snapshot, String log)
        ? venvs
            .problem(snapshot.manifest().python())
            .<SourceResult>map(why -> new SourceResult.Unavailable(why, log))
            .orElse(read)
        : read;
  }

  /** On this node; with the problem where an env file cannot be used. */
  EnvFiles.Local local(Goal goal) {
    EnvFiles.Local local = envFiles.local(goal);
    return new EnvFiles.Local(retirement.ordered(local.goal()), local.problem(), local.forbidden());
  }

  /** On this node; where its env files cannot be used, what runs stays as it is. */
  Goal usable(Goal goal) {
    return local(goal).goal();
  }

  /** Why the node's owner does not let a goal be reached; empty when he does. */
  Optional<String> refused(Goal goal) {
    AllowedWork allowed = owner.allowed();
    return owner
        .rights()
        .refusal()
        .or(() ->
            allowed.refuses(
                goal.ref(), goal.workers().values().stream().map(WorkerDefinition::spec).toList()))
        .or(() -> allowed.refusesLinks(goal.preparation().links().keySet()));
  }

  /**
   * Puts the links right that point from elsewhere on the host into the active release; one that
   * the node's owner does not allow is none.
   *
   * @return the first problem
   */
  Optional<String> linked() {
    AllowedWork allowed = owner.allowed();
    Map<String, String> wanted = new TreeMap<>();
    journal
        .history()
        .activeRelease()
        .ifPresent(release -> wanted.putAll(release.preparation().links()));
    Optional<String> refused = allowed.refusesLinks(wanted.keySet());
    wanted.keySet().removeIf(target -> allowed.refusesLinks(Set.of(target)).isPresent());
    return links.settle(wanted).or(() -> refused);
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
