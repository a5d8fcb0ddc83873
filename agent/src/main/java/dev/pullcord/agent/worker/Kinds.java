package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Every kind of worker that this agent knows.
 *
 * @param byWork one for each kind that a manifest can name
 */
public record Kinds(Map<Class<? extends Work>, WorkerKind> byWork) {
  /** Copies; refuses a kind of work that nobody knows how to look after. */
  public Kinds {
    byWork = Map.copyOf(byWork);
    for (Class<?> work : Work.class.getPermittedSubclasses()) {
      if (!byWork.containsKey(work)) {
        throw new IllegalArgumentException("no kind of worker for " + work.getSimpleName());
      }
    }
  }

  /** Of a worker. */
  public WorkerKind of(WorkerSpec spec) {
    return Objects.requireNonNull(byWork.get(spec.work().getClass()));
  }

  /** What a generation was started as, which may be another kind than what is wanted now. */
  public static Optional<WorkerSpec> startedAs(Generation generation, AgentHistory history) {
    return Optional.ofNullable(history.releases().get(generation.release()))
        .map(Release::workers)
        .map(workers -> workers.get(generation.worker()))
        .map(WorkerDefinition::spec);
  }
}
