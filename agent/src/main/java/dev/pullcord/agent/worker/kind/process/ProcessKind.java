package dev.pullcord.agent.worker.kind.process;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.ProgramFault;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.worker.StartResult;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A program with its arguments. It works from its start, or as long as its link points to what is
 * active, so that there is nothing to move but the link; that it is well is for the manifest's
 * health to say.
 */
public final class ProcessKind implements WorkerKind {
  private final DrainHooks hooks;

  /** Of an agent; {@code runner} runs drain hooks. */
  public ProcessKind(CommandRunner runner, HostClock clock) {
    this.hooks = new DrainHooks(runner, clock);
  }

  @Override
  public StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled) {
    return DrainHooks.preflight(spec, staged);
  }

  @Override
  public boolean letsGoForGood(WorkerSpec spec) {
    return spec.drainHook() != null;
  }

  @Override
  public Duration letGo(Charge charge, BooleanSupplier cancelled) {
    return hooks.letGo(charge, cancelled);
  }

  @Override
  public Optional<Drain> drain(Generation generation) {
    return hooks.drain(generation);
  }

  @Override
  public Launch launch(WorkerSpec spec, Surroundings where) {
    Map<String, String> environment = where.environment(spec.env());
    Optional<List<String>> run = Programs.resolve(run(spec), where.release(), environment);
    Optional<ProgramFault> unfit = ProgramFault.of(run(spec), where.release(), environment);
    return run.isPresent() && unfit.isEmpty()
        ? new Launch.Of(run.get(), environment)
        : new Launch.Not(StartResult.of(spec, unfit.orElseThrow()));
  }

  @Override
  public StepResult well(Charge consuming, BooleanSupplier cancelled) {
    return StepResult.ok("");
  }

  @Override
  public Optional<String> complaint(Charge consuming) {
    return Optional.empty();
  }

  @Override
  public Optional<Duration> looksEvery() {
    return Optional.empty();
  }

  @Override
  public boolean knowsItsHealth() {
    return false;
  }

  private static List<String> run(WorkerSpec spec) {
    if (!(spec.work() instanceof Work.Process(List<String> run, boolean _))) {
      throw new IllegalStateException("worker " + spec.name() + " is not of kind process");
    }
    return run;
  }
}
