package dev.pullcord.agent.pass;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Private;
import dev.pullcord.agent.host.Surroundings;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.WorkerDefinition;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.stage.Exporter;
import dev.pullcord.agent.stage.SealedTree;
import dev.pullcord.agent.stage.StagedCommands;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of a plan that concern files; those that concern workers are {@link WorkerSteps}'.
 * Every fault of the disk comes back as a result that blames the environment.
 */
final class StepRunner {
  private final HostClock clock;
  private final Tools tools;
  private final StepLog log;
  private final StatusBoard board;
  private final WorkerSteps workerSteps;
  private final Interruptions interruptions;
  private @Nullable Checked checked;
  private @Nullable String staged;

  /** What was found good: with another identity of a worker it is to be looked at again. */
  private record Checked(String release, Map<String, WorkerDefinition> workers) {}

  StepRunner(
      PassSetup setup, Tools tools, StepLog log, StatusBoard board, Interruptions interruptions) {
    this.clock = setup.clock();
    this.tools = tools;
    this.log = log;
    this.board = board;
    this.interruptions = interruptions;
    this.workerSteps = new WorkerSteps(setup, tools, log, board, interruptions);
  }

  /** A fetch, as a step. */
  static StepResult of(SourceResult fetched) {
    return switch (fetched) {
      case SourceResult.Obtained(Snapshot obtained, String text) -> StepResult.ok(text);
      case SourceResult.Refused(String reason, String text) ->
          StepResult.releaseFault(reason, null, text);
      case SourceResult.Unavailable(String reason, String text) ->
          StepResult.environmentFault(reason, text);
    };
  }

  /** The workers' half. */
  WorkerSteps workers() {
    return workerSteps;
  }

  /** Runs one step; the result says whether the next may follow. */
  StepResult run(Step step, PassContext pass) {
    return switch (step) {
      case Step.Stage ignored -> stage(pass);
      case Step.Check ignored -> check(pass);
      case Step.Switch(String release) -> switchTo(release == null ? staged() : release, pass);
      case Step.Clear ignored -> clear(pass);
      case Step.Drain(long generation) -> workerSteps.drains().drain(generation, pass);
      case Step.AwaitRoom(String worker, int most) ->
          workerSteps.drains().awaitRoom(worker, most, pass);
      case Step.StartBeside(String worker, String release) ->
          workerSteps.startBeside(worker, release == null ? staged() : release, pass);
      case Step.AwaitReady(String worker) -> workerSteps.awaitReady(worker, pass);
      case Step.TakeOver(String worker) -> workerSteps.takeOver(worker, pass);
      case Step.Start(String worker) -> workerSteps.start(worker, pass);
      case Step.AwaitHealthy(String worker) -> workerSteps.awaitHealthy(worker, pass);
    };
  }

  private StepResult stage(PassContext pass) {
    show("staging " + pass.commit().abbreviated(), pass);
    Snapshot snapshot = pass.snapshot();
    Goal goal = pass.goal();
    if (snapshot == null || goal == null) {
      throw new IllegalStateException("a release is staged from a snapshot");
    }
    return log.measured(
        pass,
        StepRecord.Kind.STAGE,
        goal.commit().abbreviated(),
        () ->
            guarded(() -> {
              Exporter.Exported exported =
                  tools
                      .exporter()
                      .export(
                          snapshot,
                          goal.ref(),
                          goal.workers(),
                          goal.preparation(),
                          history(),
                          tools.drift().drift() == null,
                          clock.now());
              tools.journal().append(new Entry.Staged(exported.release()));
              staged = exported.release().name();
              return StepResult.ok(exported.text());
            }));
  }

  private String staged() {
    if (staged == null) {
      throw new IllegalStateException("nothing was staged");
    }
    return staged;
  }

  private StepResult check(PassContext pass) {
    Snapshot snapshot = pass.snapshot();
    Goal goal = pass.goal();
    if (snapshot == null || goal == null) {
      throw new IllegalStateException("checks come with a snapshot");
    }
    String release = goal.release() == null ? staged() : goal.release();
    Surroundings surroundings = tools.places().staged(release, goal.commit(), goal.ref());
    StepResult venv = venv(snapshot.manifest().python(), goal, surroundings, pass);
    StepResult prepared = venv.succeeded() ? prepare(goal, surroundings, pass) : venv;
    if (!prepared.succeeded()) {
      return prepared;
    }
    Checked now = new Checked(release, goal.workers());
    if (now.equals(checked)) {
      return StepResult.ok("");
    }
    for (WorkerDefinition worker : goal.workers().values()) {
      boolean restarts = history().kept(worker.spec().name(), worker).isEmpty();
      StepResult result =
          restarts ? preflight(worker.spec(), surroundings, pass) : StepResult.ok("");
      if (!result.succeeded()) {
        return result;
      }
    }
    for (Seen seen : environments(goal)) {
      for (CommandSpec check : snapshot.manifest().check()) {
        show("checking " + pass.commit().abbreviated() + ": " + StagedCommands.text(check), pass);
        StepResult result =
            log.measured(
                pass,
                StepRecord.Kind.CHECK,
                StagedCommands.text(check),
                () ->
                    tools
                        .checks()
                        .run(
                            check,
                            surroundings.with(seen.ofNode()),
                            seen.ofManifest(),
                            () -> interruptions.overtakes(pass.decision())));
        if (!result.succeeded()) {
          return result;
        }
      }
    }
    checked = now;
    return StepResult.ok("");
  }

  private StepResult venv(
      @Nullable PythonSpec python, Goal goal, Surroundings staged, PassContext pass) {
    String key = goal.preparation().venv();
    if (python == null || key == null) {
      return StepResult.ok("");
    }
    return guarded(() -> {
      if (tools.venvs().made(key)) {
        return StepResult.ok("");
      }
      String subject = "venv " + python.venv();
      show("preparing " + pass.commit().abbreviated() + ": " + subject, pass);
      return log.measured(
          pass,
          StepRecord.Kind.PREPARE,
          subject,
          () ->
              guarded(() ->
                  tools
                      .venvs()
                      .make(python, key, staged, () -> interruptions.overtakes(pass.decision()))));
    });
  }

  /** Once for a release; what a try before has left, whatever its end was, is built anew. */
  private StepResult prepare(Goal goal, Surroundings staged, PassContext pass) {
    SealedTree build = SealedTree.buildOf(staged.release());
    return guarded(() -> {
      if (!build.exists() || build.sealed()) {
        return StepResult.ok("");
      }
      build.empty();
      for (CommandSpec command : goal.preparation().commands()) {
        String text = StagedCommands.text(command);
        show("preparing " + pass.commit().abbreviated() + ": " + text, pass);
        StepResult result =
            log.measured(
                pass,
                StepRecord.Kind.PREPARE,
                text,
                () ->
                    tools
                        .builds()
                        .run(
                            command,
                            staged,
                            Map.of("PULLCORD_BUILD", build.path().toString()),
                            () -> interruptions.overtakes(pass.decision())));
        if (!result.succeeded()) {
          return result;
        }
      }
      build.seal();
      return StepResult.ok("");
    });
  }

  private StepResult preflight(WorkerSpec spec, Surroundings staged, PassContext pass) {
    Optional<String> problem = tools.workers().problem(spec);
    if (problem.isPresent()) {
      return StepResult.environmentFault(problem.get(), problem.get());
    }
    WorkerKind kind = tools.kinds().of(spec);
    if (!kind.looksBefore(spec)) {
      return StepResult.ok("");
    }
    show("checking " + pass.commit().abbreviated() + ": worker " + spec.name(), pass);
    return log.measured(
        pass,
        StepRecord.Kind.CHECK,
        "worker " + spec.name(),
        () ->
            kind.preflight(
                spec,
                tools.places().staged(staged, spec),
                () -> interruptions.overtakes(pass.decision())));
  }

  /** What a worker sees besides what all see. */
  private record Seen(Map<String, String> ofManifest, Private ofNode) {}

  /** A check runs once for every environment that a worker will see. */
  private Set<Seen> environments(Goal goal) {
    Set<Seen> environments = new LinkedHashSet<>();
    for (WorkerDefinition worker : goal.workers().values()) {
      WorkerSpec spec = worker.spec();
      environments.add(new Seen(spec.env(), tools.envFiles().variables(spec)));
    }
    return environments.isEmpty() ? Set.of(new Seen(Map.of(), Private.NONE)) : environments;
  }

  private StepResult switchTo(String release, PassContext pass) {
    show("switching to " + release, pass);
    return log.measured(
        pass,
        pass.mode() == PassContext.Mode.RESTORE ? StepRecord.Kind.ROLLBACK : StepRecord.Kind.SWITCH,
        release,
        () ->
            guarded(() -> {
              String before = history().active();
              tools.link().to(release);
              return StepResult.ok("current: " + before + " -> " + release);
            }));
  }

  private StepResult clear(PassContext pass) {
    show("taking the first release back", pass);
    return log.measured(
        pass,
        StepRecord.Kind.ROLLBACK,
        "current",
        () ->
            guarded(() -> {
              tools.link().clear();
              return StepResult.ok("current: removed, there is no earlier release");
            }));
  }

  private void show(String what, PassContext pass) {
    board.show(NodeState.APPLYING, what, history(), pass.decision());
    board.reportIfDue(pass.decision());
  }

  private AgentHistory history() {
    return tools.journal().history();
  }

  /** Turns what the disk says into a result. */
  static StepResult guarded(Callable<StepResult> step) {
    try {
      return step.call();
    } catch (IOException e) {
      return StepResult.environmentFault(FileFault.of(e), FileFault.of(e));
    } catch (UncheckedIOException e) {
      return StepResult.environmentFault(FileFault.of(e), FileFault.of(e));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("steps throw nothing else", e);
    }
  }
}
