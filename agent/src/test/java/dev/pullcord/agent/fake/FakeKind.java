package dev.pullcord.agent.fake;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.worker.StartResult;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A kind of worker whose every answer is a test's. */
public final class FakeKind implements WorkerKind {
  /** What it finds before anything is started. */
  public StepResult preflight = StepResult.ok("looked");

  /** Whose fault it is that nothing can be launched; null when it can. */
  public @Nullable StartResult unfit;

  /** How a newcomer proves itself. */
  public StepResult ready = StepResult.ok("ready");

  /** How the work is moved. */
  public StepResult takeOver = StepResult.ok("moved");

  /** How a worker is that has the work. */
  public StepResult well = StepResult.ok("well");

  /** How long what is to end holds its work. */
  public Duration holds = Duration.ZERO;

  /** What goes wrong in its own code when it looks at a worker; null for nothing. */
  public volatile @Nullable RuntimeException bug;

  /** Who was looked at before, launched or handed over to, in order. */
  public final List<String> seen = new ArrayList<>();

  @Override
  public StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled) {
    seen.add("preflight " + spec.name());
    return preflight;
  }

  @Override
  public Launch launch(WorkerSpec spec, Surroundings where) {
    return unfit == null ? new Launch.Of(List.of("/bin/true"), Map.of()) : new Launch.Not(unfit);
  }

  @Override
  public StepResult ready(Charge newcomer, BooleanSupplier cancelled) {
    return ready;
  }

  @Override
  public @Nullable String proof(Charge ready) {
    return "by a test";
  }

  @Override
  public StepResult takeOver(
      Charge to, List<Generation> others, Follow follow, BooleanSupplier cancelled)
      throws IOException {
    seen.add("work from " + others.stream().map(Generation::number).toList());
    follow.now();
    return takeOver;
  }

  @Override
  public Duration letGo(Charge generation, BooleanSupplier cancelled) {
    return holds;
  }

  @Override
  public StepResult well(Charge consuming, BooleanSupplier cancelled) {
    return well;
  }

  @Override
  public Optional<String> complaint(Charge consuming) {
    fail();
    return Optional.empty();
  }

  @Override
  public Optional<Tasks> tasks(Generation generation) {
    fail();
    return Optional.empty();
  }

  private void fail() {
    RuntimeException now = bug;
    if (now != null) {
      throw now;
    }
  }

  @Override
  public Optional<Duration> looksEvery() {
    return Optional.empty();
  }
}
