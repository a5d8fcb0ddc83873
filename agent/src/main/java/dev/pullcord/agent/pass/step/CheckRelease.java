package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.activate.TargetLinks;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.Private;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.stage.StagedCommands;
import dev.pullcord.agent.worker.Charges;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.Workers;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.StepRecord;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the links that the goal wants on this host can be made, builds what its release
 * needs, lets the kinds of its workers look at it, and runs the manifest's checks in it. What was
 * found good once is not looked at again.
 */
public final class CheckRelease implements StepOperation {
  private final PrepareRelease preparing;
  private final StagedCommands checks;
  private final Workers workers;
  private final Charges charges;
  private final TargetLinks links;
  private @Nullable Good good;

  /** What was found good: with another identity of a worker it is looked at again. */
  private record Good(String release, Map<String, WorkerDefinition> workers) {}

  /** What a worker sees besides what all see. */
  private record Seen(Map<String, String> ofManifest, Private ofNode, @Nullable String user) {}

  /** With these. */
  public CheckRelease(
      PrepareRelease preparing,
      StagedCommands checks,
      Workers workers,
      Charges charges,
      TargetLinks links) {
    this.preparing = preparing;
    this.checks = checks;
    this.workers = workers;
    this.charges = charges;
    this.links = links;
  }

  @Override
  public StepResult apply(StepScope scope) {
    Goal goal = scope.goal();
    String release = scope.release(goal.release());
    Optional<String> unlinked = links.problem(goal.preparation().links());
    if (unlinked.isPresent()) {
      return StepResult.environmentFault(unlinked.get(), unlinked.get());
    }
    Surroundings staged = charges.places().staged(release, goal.commit(), goal.ref());
    StepResult prepared = preparing.in(staged, scope);
    Good now = new Good(release, goal.workers());
    if (!prepared.succeeded() || now.equals(good)) {
      return prepared;
    }
    for (WorkerDefinition worker : goal.workers().values()) {
      boolean restarts = scope.history().kept(worker.spec().name(), worker).isEmpty();
      StepResult looked = restarts ? preflight(worker.spec(), staged, scope) : StepResult.ok("");
      if (!looked.succeeded()) {
        return looked;
      }
    }
    for (Seen seen : environments(goal)) {
      for (CommandSpec check : scope.snapshot().manifest().check()) {
        StepResult result = check(check, staged, seen, scope);
        if (!result.succeeded()) {
          return result;
        }
      }
    }
    good = now;
    return StepResult.ok("");
  }

  private StepResult preflight(WorkerSpec spec, Surroundings staged, StepScope scope) {
    Optional<String> problem = workers.problem(spec);
    if (problem.isPresent()) {
      return StepResult.environmentFault(problem.get(), problem.get());
    }
    if (!spec.looksBefore()) {
      return StepResult.ok("");
    }
    scope.show("checking " + scope.commit() + ": worker " + spec.name());
    WorkerKind kind = charges.kinds().of(spec);
    Surroundings where = charges.places().staged(staged, spec);
    return scope.measure(
        StepRecord.Kind.CHECK,
        "worker " + spec.name(),
        () -> kind.preflight(spec, where, scope::overtaken));
  }

  private StepResult check(CommandSpec check, Surroundings staged, Seen seen, StepScope scope) {
    String text = StagedCommands.text(check);
    scope.show("checking " + scope.commit() + ": " + text);
    return scope.measure(
        StepRecord.Kind.CHECK,
        text,
        () ->
            checks.run(
                check,
                staged.with(seen.ofNode(), seen.user()),
                seen.ofManifest(),
                scope::overtaken));
  }

  /** A check runs once for every environment that a worker will see, as that worker's user. */
  private Set<Seen> environments(Goal goal) {
    Set<Seen> environments = new LinkedHashSet<>();
    for (WorkerDefinition worker : goal.workers().values()) {
      WorkerSpec spec = worker.spec();
      environments.add(
          new Seen(
              spec.env(),
              charges.places().envFiles().variables(spec),
              charges.places().rights().named(spec.name())));
    }
    return environments.isEmpty() ? Set.of(new Seen(Map.of(), Private.NONE, null)) : environments;
  }
}
