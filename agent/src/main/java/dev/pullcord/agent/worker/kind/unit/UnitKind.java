package dev.pullcord.agent.worker.kind.unit;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.PollPause;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.systemd.UnitState;
import dev.pullcord.agent.worker.systemd.Units;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Workers of kind {@code systemd}: a unit that is on the node already, whose program finds its
 * release through {@code current}. There is one of it, so there is nothing to hand over. That it
 * was started anew is proven by its invocation and its main process, which are others than before.
 */
public final class UnitKind implements WorkerKind {
  private static final Duration LOOKS_EVERY = Duration.ofSeconds(15);
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private final Units units;

  /** Of an agent. */
  public UnitKind(Units units) {
    this.units = units;
  }

  @Override
  public Optional<RunnerName> runner() {
    return Optional.of(UnitRunner.NAME);
  }

  /** Nothing is stopped for a unit that is not there to be started. */
  @Override
  public StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled) {
    try {
      UnitState state = units.look(unit(spec));
      String said =
          "worker %s: systemd says of %s: %s".formatted(spec.name(), unit(spec), state.load());
      if (state.load().equals("masked")) {
        String masked = said + "; as root, systemctl unmask " + unit(spec);
        return StepResult.environmentFault(masked, said);
      }
      if (state.load().equals("bad-setting") || state.load().equals("error")) {
        String wrong = said + "; systemd-analyze verify " + unit(spec) + " names the line";
        return StepResult.environmentFault(wrong, said);
      }
      return state.known() ? StepResult.ok(said) : StepResult.environmentFault(said, said);
    } catch (IOException e) {
      return StepResult.environmentFault(
          "worker " + spec.name() + ": " + e.getMessage(), String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Launch launch(WorkerSpec spec, Surroundings where) {
    return new Launch.Of(List.of(unit(spec)), Map.of());
  }

  /** Twice the same invocation, a second apart: once could be the moment before its end. */
  @Override
  public StepResult well(Charge consuming, BooleanSupplier cancelled) throws IOException {
    HealthSpec health = consuming.spec().health();
    long end = units.nanos() + (health == null ? DEADLINE : health.deadline()).toNanos();
    String unit = unit(consuming.spec());
    UnitState before = units.look(unit);
    PollPause start = new PollPause(BETWEEN);
    while (true) {
      if (cancelled.getAsBoolean()) {
        return StepResult.abandoned("health of " + consuming.spec().name() + " abandoned", "");
      }
      units.pause(before.works() ? BETWEEN : start.next());
      UnitState now = units.look(unit);
      if (before.works() && now.works() && now.invocation().equals(before.invocation())) {
        return StepResult.ok(proof(consuming.generation(), unit, now));
      }
      if (now.gone() || units.nanos() - end >= 0) {
        return StepResult.releaseFault(
            "worker %s: %s is %s".formatted(consuming.spec().name(), unit, now.active()),
            now.exit().orElse(null),
            now.text());
      }
      before = now;
    }
  }

  private String proof(Generation generation, String unit, UnitState now) throws IOException {
    String before = units.mark(generation).map(Units.Mark::before).orElse("");
    return "%s %s; before it: %s"
        .formatted(unit, now.text(), before.isEmpty() ? "never started" : before);
  }

  @Override
  public Optional<String> complaint(Charge consuming) throws IOException {
    String unit = unit(consuming.spec());
    UnitState now = units.look(unit);
    return now.works()
        ? Optional.empty()
        : Optional.of("is the unit %s, which is %s".formatted(unit, now.active()));
  }

  @Override
  public Optional<String> provenNow(Charge consuming) {
    try {
      String unit = unit(consuming.spec());
      return Optional.of(proof(consuming.generation(), unit, units.lately(unit)));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public Optional<Duration> looksEvery() {
    return Optional.of(LOOKS_EVERY);
  }

  private static String unit(WorkerSpec spec) {
    if (!(spec.work() instanceof Work.Unit(String name))) {
      throw new IllegalStateException("worker " + spec.name() + " is not of kind systemd");
    }
    return name;
  }
}
