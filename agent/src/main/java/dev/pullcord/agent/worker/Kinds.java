package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Every kind of worker that this agent knows.
 *
 * @param byWord one for each word of the manifest that is not refused
 */
public record Kinds(Map<WorkerSpec.Kind, WorkerKind> byWord) {
  /** Copies; refuses a manifest's word without a kind. */
  public Kinds {
    byWord = Map.copyOf(byWord);
    for (WorkerSpec.Kind word : WorkerSpec.Kind.values()) {
      if (!byWord.containsKey(word)) {
        throw new IllegalArgumentException("no kind for the word " + word);
      }
    }
  }

  /** Of a worker. */
  public WorkerKind of(WorkerSpec spec) {
    return Objects.requireNonNull(byWord.get(spec.kind()));
  }

  /** What a generation was started as, which may be another kind than what is wanted now. */
  public static Optional<WorkerSpec> startedAs(Generation generation, AgentHistory history) {
    return Optional.ofNullable(history.releases().get(generation.release()))
        .map(Release::workers)
        .map(workers -> workers.get(generation.worker()))
        .map(WorkerDefinition::spec);
  }
}
