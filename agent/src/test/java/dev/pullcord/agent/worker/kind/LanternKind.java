package dev.pullcord.agent.worker.kind;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The third of the three places: how it is looked after. Remembers what it was asked. */
final class LanternKind implements WorkerKind {
  final List<String> asked = new ArrayList<>();
  private final @Nullable RunnerName own;

  LanternKind() {
    this(null);
  }

  LanternKind(@Nullable RunnerName own) {
    this.own = own;
  }

  @Override
  public Optional<RunnerName> runner() {
    return Optional.ofNullable(own);
  }

  @Override
  public StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled) {
    asked.add("look before");
    return StepResult.ok("");
  }

  @Override
  public Launch launch(WorkerSpec spec, Surroundings where) {
    Map<String, String> environment = where.environment(spec.env());
    List<String> run = ((LanternWork) spec.work()).lantern();
    return new Launch.Of(
        Programs.resolve(run, where.release(), environment).orElseThrow(), environment);
  }

  @Override
  public StepResult ready(Charge newcomer, BooleanSupplier cancelled) {
    asked.add("ready " + newcomer.generation().number());
    return StepResult.ok("");
  }

  @Override
  public StepResult takeOver(
      Charge to, List<Generation> others, Follow follow, BooleanSupplier cancelled)
      throws IOException {
    asked.add(
        "from %s to %d"
            .formatted(others.stream().map(Generation::number).toList(), to.generation().number()));
    follow.now();
    return StepResult.ok("");
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
