package dev.pullcord.agent.worker;

import dev.pullcord.agent.host.Programs;
import dev.pullcord.agent.host.Surroundings;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A program with its arguments. It works from its start, so that there is nothing to move; that it
 * is well is for the manifest's health to say.
 */
public final class ProcessKind implements WorkerKind {
  @Override
  public boolean looksBefore() {
    return false;
  }

  @Override
  public StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled) {
    return StepResult.ok("");
  }

  @Override
  public Launch launch(WorkerSpec spec, Surroundings where) {
    Map<String, String> environment = where.environment(spec.env());
    Optional<List<String>> run = Programs.resolve(spec.run(), where.release(), environment);
    return run.isPresent()
        ? new Launch.Of(run.get(), environment)
        : new Launch.Not(
            new StartResult.Unstartable(
                "worker %s: no program \"%s\" in the release or on PATH"
                    .formatted(spec.name(), spec.run().getFirst()),
                null));
  }

  @Override
  public void begin(Charge newcomer) {}

  @Override
  public StepResult ready(Charge newcomer, BooleanSupplier cancelled) {
    return StepResult.ok("");
  }

  @Override
  public @Nullable String proof(Charge ready) {
    return null;
  }

  @Override
  public StepResult takeOver(
      Charge to, List<Generation> others, Follow follow, BooleanSupplier cancelled)
      throws IOException {
    follow.now();
    return StepResult.ok("generation " + to.generation().number() + " has taken over");
  }

  @Override
  public Duration letGo(Charge generation) {
    return Duration.ZERO;
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
}
