package dev.pullcord.agent.worker.kind.scripted;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.PollPause;
import dev.pullcord.agent.host.command.ProgramFault;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.worker.StartResult;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.CommandsSpec;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.WorkerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Workers of kind {@code command}. There is one instance, so there is nothing to hand over; whether
 * it runs, and which generation it is, is what its status command says.
 */
public final class ScriptKind implements WorkerKind {
  private static final Duration LOOKS_EVERY = Duration.ofSeconds(15);
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** Once could be the moment before its end. */
  private static final int TIMES = 2;

  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private final Scripts scripts;
  private final HostClock clock;
  private final Signal never = new Signal();

  /** Of an agent. */
  public ScriptKind(Scripts scripts, HostClock clock) {
    this.scripts = scripts;
    this.clock = clock;
  }

  @Override
  public Optional<RunnerName> runner() {
    return Optional.of(ScriptRunner.NAME);
  }

  /** Nothing is stopped for a release in which a command is missing. */
  @Override
  public StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled) {
    return switch (launch(spec, staged)) {
      case Launch.Of launch -> StepResult.ok("its commands are there");
      case Launch.Not(StartResult.Unstartable(String reason, Integer exit)) ->
          StepResult.releaseFault(reason, exit, reason);
      case Launch.Not(StartResult.HostFault(String reason)) ->
          StepResult.environmentFault(reason, reason);
      case Launch.Not not -> StepResult.environmentFault("worker " + spec.name(), "");
    };
  }

  @Override
  public Launch launch(WorkerSpec spec, Surroundings where) {
    Map<String, String> environment = where.environment(spec.env());
    CommandsSpec commands = commands(spec);
    for (CommandSpec command : List.of(commands.stop(), commands.status(), commands.start())) {
      Optional<ProgramFault> unfit = ProgramFault.of(command.run(), where.release(), environment);
      if (unfit.isPresent()) {
        return new Launch.Not(StartResult.of(spec, unfit.get()));
      }
    }
    return new Launch.Of(
        Programs.resolve(commands.start().run(), where.release(), environment).orElseThrow(),
        environment);
  }

  @Override
  public StepResult well(Charge consuming, BooleanSupplier cancelled) {
    HealthSpec health = consuming.spec().health();
    Duration deadline = health == null ? DEADLINE : health.deadline();
    long end = clock.nanos() + deadline.toNanos();
    Generation generation = consuming.generation();
    PollPause start = new PollPause(BETWEEN);
    int inARow = 0;
    while (true) {
      ScriptStatus said = scripts.look(generation);
      boolean well =
          said instanceof ScriptStatus.Runs runs && !runs.isAnotherThan(generation.number());
      inARow = well ? inARow + 1 : 0;
      if (inARow == TIMES) {
        return StepResult.ok(text(consuming, said));
      }
      if (clock.nanos() - end >= 0) {
        return StepResult.releaseFault(
            "worker " + generation.worker() + ": " + text(consuming, said), null, "");
      }
      if (cancelled.getAsBoolean()) {
        return StepResult.abandoned("health of " + generation.worker() + " abandoned", "");
      }
      clock.await(never, never.count(), well ? BETWEEN : start.next());
    }
  }

  @Override
  public Optional<String> complaint(Charge consuming) {
    return switch (scripts.lately(consuming.generation())) {
      case ScriptStatus.Runs runs -> Optional.empty();
      case ScriptStatus.Gone gone -> Optional.of("does not run any more");
      case ScriptStatus.Unknown(String why) -> Optional.of("is not known to run: " + why);
    };
  }

  @Override
  public Optional<String> provenNow(Charge consuming) {
    ScriptStatus said = scripts.lately(consuming.generation());
    return said instanceof ScriptStatus.Runs
        ? Optional.of(text(consuming, said))
        : Optional.empty();
  }

  private static String text(Charge of, ScriptStatus said) {
    String status = ScriptStatus.name(commands(of.spec()).status());
    long number = of.generation().number();
    return switch (said) {
      case ScriptStatus.Runs runs when runs.is(number) ->
          status + " printed pullcord-generation " + number;
      case ScriptStatus.Runs(Long other) when other != null ->
          "%s printed pullcord-generation %d, and %d was started".formatted(status, other, number);
      case ScriptStatus.Runs runs ->
          WorkerStatus.UNPROVEN + status + " exited 0 and printed no pullcord-generation " + number;
      case ScriptStatus.Gone gone -> status + " exited 3: it does not run";
      case ScriptStatus.Unknown(String why) -> why;
    };
  }

  @Override
  public Optional<Duration> looksEvery() {
    return Optional.of(LOOKS_EVERY);
  }

  private static CommandsSpec commands(WorkerSpec spec) {
    if (!(spec.work() instanceof Work.Scripted(CommandsSpec commands))) {
      throw new IllegalStateException("worker " + spec.name() + " is not of kind command");
    }
    return commands;
  }
}
