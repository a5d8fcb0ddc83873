package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.journal.Lives;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Every runner that this agent has.
 *
 * @param byName one for each name
 * @param underSystemd whether the agent itself is a unit: then so are its workers, where that can
 *     be
 */
public record Runners(Map<RunnerName, Runner> byName, boolean underSystemd) implements Lives {
  /** Copies; refuses to be without one of those that are for any kind. */
  public Runners {
    byName = Map.copyOf(byName);
    for (RunnerName name : List.of(RunnerName.PROCESS, RunnerName.SYSTEMD)) {
      if (!byName.containsKey(name)) {
        throw new IllegalArgumentException("no runner of the name " + name);
      }
    }
  }

  /** The one that started it. */
  Runner of(Generation generation) {
    return of(generation.runner());
  }

  private Runner of(RunnerName name) {
    return Objects.requireNonNull(byName.get(name), () -> "no runner of the name " + name);
  }

  /** Whether a generation is a process that the agent knows. */
  boolean knowsTheProcess(Generation generation) {
    return of(generation).knowsTheProcess();
  }

  /** Who is to start the next generation of a worker. */
  RunnerName whichFor(WorkerSpec spec, WorkerKind kind) {
    if (kind.runner().isPresent()) {
      return kind.runner().get();
    }
    WorkerSpec.Runner said = spec.runner();
    if (said != null) {
      return switch (said) {
        case PROCESS -> RunnerName.PROCESS;
        case SYSTEMD -> RunnerName.SYSTEMD;
      };
    }
    return underSystemd && of(RunnerName.SYSTEMD).isInstalled()
        ? RunnerName.SYSTEMD
        : RunnerName.PROCESS;
  }

  /** Why no generation of a worker can be started on this node, whoever is to; empty if one can. */
  Optional<String> problem(WorkerSpec spec, WorkerKind kind) {
    return whichFor(spec, kind).equals(RunnerName.SYSTEMD)
        ? of(RunnerName.SYSTEMD)
            .problem(spec.name())
            .map(why -> "worker %s: runner: systemd: %s".formatted(spec.name(), why))
        : Optional.empty();
  }

  @Override
  public Optional<Found> settle(Generation intended) throws IOException {
    return of(intended).settle(intended);
  }

  @Override
  public Optional<Found> revive(Generation ofAnotherBoot) throws IOException {
    return of(ofAnotherBoot).revive(ofAnotherBoot);
  }

  @Override
  public Optional<Found> find(Generation unknown) throws IOException {
    return of(unknown).find(unknown);
  }

  @Override
  public boolean alive(Generation generation) {
    return of(generation).alive(generation);
  }

  @Override
  public boolean works(Generation generation) {
    return of(generation).works(generation);
  }

  @Override
  public boolean lingers(Generation neverSeen) {
    return of(neverSeen).lingers(neverSeen);
  }

  void promoted(AgentHistory history, Set<String> stopped) throws IOException {
    for (Runner runner : byName.values()) {
      runner.promoted(history, stopped);
    }
  }

  void forgetGone() {
    byName.values().forEach(Runner::forgetGone);
  }
}
