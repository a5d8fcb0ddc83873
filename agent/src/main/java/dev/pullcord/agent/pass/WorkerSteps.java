package dev.pullcord.agent.pass;

import dev.pullcord.agent.channel.Decision;
import dev.pullcord.agent.health.HealthGate;
import dev.pullcord.agent.health.HealthVerdict;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.ProcessId;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.agent.journal.WorkerDefinition;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.agent.worker.Kinds;
import dev.pullcord.agent.worker.StartResult;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The steps that end, start and look at workers. */
final class WorkerSteps {
  private static final int LOG_TAIL_BYTES = 16 << 10;

  private final StateDirectory directory;
  private final HostClock clock;
  private final Tools tools;
  private final StepLog log;
  private final StatusBoard board;
  private final Interruptions interruptions;
  private final Dismissal dismissal;
  private final DrainSteps drains;

  WorkerSteps(
      PassSetup setup, Tools tools, StepLog log, StatusBoard board, Interruptions interruptions) {
    this.directory = setup.directory();
    this.clock = setup.clock();
    this.tools = tools;
    this.log = log;
    this.board = board;
    this.interruptions = interruptions;
    this.dismissal = new Dismissal(setup.clock(), tools);
    this.drains = new DrainSteps(setup.clock(), tools, log, board, interruptions, dismissal);
  }

  /** The steps that wait for an end. */
  DrainSteps drains() {
    return drains;
  }

  /** Asks generations to end that no plan waits for. */
  Dismissal.Asked dismiss(List<Generation> generations, @Nullable Decision decision) {
    return dismissal.soon(
        generations,
        decision == null ? "" : decision.ref(),
        () -> interruptions.overtakes(decision));
  }

  /** Starts a worker in the active release. */
  StepResult start(String name, PassContext pass) {
    String active = history().active();
    if (active == null) {
      throw new IllegalStateException("a worker is started after the switch");
    }
    boolean proves = definition(goal(pass), name).spec().kind().provesItself();
    return start(name, active, proves, pass);
  }

  /** Starts a newcomer in a release that may not be active yet, beside the one that works. */
  StepResult startBeside(String name, String release, PassContext pass) {
    return start(name, release, true, pass);
  }

  private StepResult start(String name, String release, boolean beside, PassContext pass) {
    show("starting " + name, pass);
    Goal goal = goal(pass);
    WorkerDefinition worker = definition(goal, name);
    return measured(
        StepRecord.Kind.START,
        name,
        pass,
        () ->
            switch (tools.workers().start(worker, release, goal.commit(), goal.ref(), beside)) {
              case StartResult.Running(long number, ProcessId process) ->
                  StepResult.ok(
                      "generation " + number + ", " + tools.workers().told(number, process));
              case StartResult.Unstartable(String reason, Integer exit) ->
                  StepResult.releaseFault(reason, exit, reason);
              case StartResult.HostFault(String reason) ->
                  StepResult.environmentFault(reason, reason);
            });
  }

  /** Waits until a worker is well. */
  StepResult awaitHealthy(String name, PassContext pass) {
    show("waiting until " + name + " is well", pass);
    return measured(StepRecord.Kind.HEALTH, name, pass, () -> health(name, pass));
  }

  private StepResult health(String name, PassContext pass) {
    Optional<Generation> consuming = history().consuming(name);
    String active = history().active();
    if (consuming.isEmpty() || active == null) {
      return StepResult.releaseFault("worker " + name + " is not running", null, "");
    }
    WorkerKind.Charge charge = charge(consuming.get(), pass);
    StepResult well =
        StepRunner.guarded(() ->
            tools
                .kinds()
                .of(charge.spec())
                .well(charge, () -> interruptions.overtakes(pass.decision())));
    return gate(well, charge, active, pass);
  }

  /** Waits until a newcomer has proven itself in its own release. */
  StepResult awaitReady(String name, PassContext pass) {
    show("waiting until " + name + " is ready", pass);
    return measured(
        StepRecord.Kind.HEALTH,
        name,
        pass,
        () -> {
          Optional<Generation> newcomer = wanted(name, pass);
          if (newcomer.isEmpty()) {
            return StepResult.releaseFault("worker " + name + " is not running", null, "");
          }
          Generation generation = newcomer.get();
          WorkerKind.Charge charge = charge(generation, pass);
          WorkerKind kind = tools.kinds().of(charge.spec());
          StepResult proven = kind.ready(charge, () -> interruptions.overtakes(pass.decision()));
          StepResult result = gate(proven, charge, generation.release(), pass);
          if (result.succeeded()) {
            tools
                .journal()
                .append(new Entry.Ready(generation.number(), clock.now(), kind.proof(charge)));
          }
          return result;
        });
  }

  /**
   * Gives the work to the generation that is wanted; until its SIGTERM another can have it back.
   */
  StepResult takeOver(String name, PassContext pass) {
    show("handing " + name + " over", pass);
    return measured(
        StepRecord.Kind.SWITCH,
        name,
        pass,
        () -> {
          Optional<Generation> wanted = wanted(name, pass);
          String active = history().active();
          if (wanted.isEmpty() || active == null) {
            return StepResult.releaseFault("worker " + name + " is not running", null, "");
          }
          Generation to = wanted.get();
          tools.journal().append(new Entry.TakeOverIntent(to.number(), clock.now()));
          List<Generation> others =
              history().generationsOf(name).stream()
                  .filter(g -> g.number() != to.number())
                  .toList();
          tools.workers().freeze(others, active);
          WorkerKind.Charge charge = charge(to, pass);
          StepResult moved =
              tools
                  .kinds()
                  .of(charge.spec())
                  .takeOver(
                      charge,
                      others.stream().filter(g -> !g.askedToEnd()).toList(),
                      () -> tools.workers().follow(to),
                      () -> interruptions.overtakes(pass.decision()));
          if (moved.succeeded()) {
            tools.journal().append(new Entry.TakenOver(to.number(), clock.now()));
            tools.workers().promoted(goal(pass).stopped());
          }
          return tools.workers().works(to) ? moved : died(to, moved.output());
        });
  }

  private StepResult measured(
      StepRecord.Kind kind, String name, PassContext pass, Callable<StepResult> step) {
    return log.measured(pass, kind, name, () -> StepRunner.guarded(step));
  }

  private Optional<Generation> wanted(String name, PassContext pass) {
    return history().kept(name, definition(goal(pass), name));
  }

  private WorkerKind.Charge charge(Generation generation, PassContext pass) {
    Goal goal = goal(pass);
    WorkerSpec spec = definition(goal, generation.worker()).spec();
    return new WorkerKind.Charge(
        generation,
        spec,
        tools.places().of(generation, spec, goal.ref()),
        () -> tools.workers().works(generation));
  }

  /** What its kind has found, and then the manifest's own health, if there is one. */
  private StepResult gate(
      StepResult own, WorkerKind.Charge charge, String release, PassContext pass) {
    Generation generation = charge.generation();
    if (!own.succeeded()) {
      return charge.alive().getAsBoolean() ? own : died(generation, own.output());
    }
    HealthSpec health = charge.spec().health();
    if (charge.spec().kind() != WorkerSpec.Kind.PROCESS
        && (health == null || health.command() == null)) {
      return own;
    }
    String name = generation.worker();
    Optional<String> blind = tools.envFiles().problem(charge.spec());
    if (blind.isPresent()) {
      return StepResult.environmentFault(blind.get(), own.output());
    }
    HealthGate.Patient patient =
        new HealthGate.Patient(
            health,
            charge.alive(),
            directory.release(release),
            charge.where().environment(charge.spec().env()));
    HealthVerdict verdict =
        tools.health().await(patient, () -> interruptions.overtakes(pass.decision()));
    return switch (verdict) {
      case HealthVerdict.Well(String output) ->
          new StepResult(
              StepRecord.Outcome.OK,
              "",
              0,
              own.output().isEmpty() ? output : own.output() + "\n" + output);
      case HealthVerdict.Unwell(String reason, Integer exit, String output) ->
          StepResult.releaseFault("worker " + name + ": " + reason, exit, output);
      case HealthVerdict.Died(String output) -> died(generation, output);
      case HealthVerdict.CannotLook(String reason, String output) ->
          StepResult.environmentFault("worker " + name + ": " + reason, output);
      case HealthVerdict.Abandoned(String output) ->
          StepResult.abandoned("health of " + name + " abandoned", output);
    };
  }

  private StepResult died(Generation generation, String healthOutput) {
    Optional<String> outside =
        Kinds.startedAs(generation, history())
            .flatMap(spec -> tools.kinds().of(spec).outsideCause(generation));
    tools.workers().ended(generation);
    String tail = tools.workers().logTail(generation, LOG_TAIL_BYTES);
    String reason = tools.workers().obituary(generation);
    String output = healthOutput.isBlank() ? tail : healthOutput + "\n" + tail;
    return outside.isPresent() || tools.workers().neverStarted(generation)
        ? StepResult.environmentFault(reason + outside.map(why -> ": " + why).orElse(""), output)
        : StepResult.releaseFault(
            reason, tools.workers().exitCode(generation).orElse(null), output);
  }

  private static Goal goal(PassContext pass) {
    if (pass.goal() == null) {
      throw new IllegalStateException("workers are started for a goal");
    }
    return pass.goal();
  }

  private static WorkerDefinition definition(Goal goal, String name) {
    WorkerDefinition definition = goal.workers().get(name);
    if (definition == null) {
      throw new IllegalStateException("the plan names a worker that its goal has not: " + name);
    }
    return definition;
  }

  private void show(String what, PassContext pass) {
    board.show(NodeState.APPLYING, what, history(), pass.decision());
    board.reportIfDue(pass.decision());
  }

  private AgentHistory history() {
    return tools.journal().history();
  }
}
