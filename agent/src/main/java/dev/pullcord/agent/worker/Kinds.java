package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Map;
import java.util.Optional;

/**
 * Every kind of worker that this agent knows.
 *
 * @param byWork one for each kind that a manifest can name
 */
public record Kinds(Map<Class<? extends Work>, WorkerKind> byWork) {
  /** Copies. */
  public Kinds {
    byWork = Map.copyOf(byWork);
  }

  /** Of a worker. */
  public WorkerKind of(WorkerSpec spec) {
    WorkerKind kind = byWork.get(spec.work().getClass());
    if (kind == null) {
      throw new IllegalStateException("no kind of worker for " + spec.work().kind());
    }
    return kind;
  }

  /** What a generation was started as, which may be another kind than what is wanted now. */
  public static Optional<WorkerSpec> startedAs(Generation generation, AgentHistory history) {
    return Optional.ofNullable(history.releases().get(generation.release()))
        .map(Release::workers)
        .map(workers -> workers.get(generation.worker()))
        .map(WorkerDefinition::spec);
  }
}
