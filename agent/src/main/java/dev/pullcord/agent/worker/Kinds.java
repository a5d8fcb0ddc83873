package dev.pullcord.agent.worker;

import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Map;

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
}
