package dev.pullcord.agent.worker;

import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.Lives;
import dev.pullcord.agent.journal.RunnerName;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Every runner that this agent has.
 *
 * @param byName one for each name
 */
public record Runners(Map<RunnerName, Runner> byName) implements Lives {
  /** Copies; refuses a name without a runner. */
  public Runners {
    byName = Map.copyOf(byName);
    for (RunnerName name : RunnerName.values()) {
      if (!byName.containsKey(name)) {
        throw new IllegalArgumentException("no runner of the name " + name);
      }
    }
  }

  /** The one that started it. */
  Runner of(Generation generation) {
    return Objects.requireNonNull(byName.get(generation.runner()));
  }

  /** Who is to start the next generation of a worker. */
  RunnerName whichFor(WorkerSpec spec) {
    return switch (spec.kind()) {
      case PROCESS, CELERY -> RunnerName.PROCESS;
    };
  }

  @Override
  public Optional<Found> settle(Generation intended) throws IOException {
    return of(intended).settle(intended);
  }

  @Override
  public Optional<Found> find(Generation unknown) throws IOException {
    return of(unknown).find(unknown);
  }

  @Override
  public boolean alive(Generation generation) {
    return of(generation).alive(generation);
  }

  void forgetGone() {
    byName.values().forEach(Runner::forgetGone);
  }
}
