package dev.pullcord.agent.fake;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Commits, releases and goals with nothing special about them. */
public final class Samples {
  private Samples() {}

  /** The n-th. */
  public static CommitId commit(int n) {
    return new CommitId("%040x".formatted(n));
  }

  /** On {@code main}. */
  public static Decision decision(@Nullable CommitId commit) {
    return new Decision(1, "main", commit, 1L, null, 0, Map.of(), Orders.NONE);
  }

  /** A worker whose kind decides how well it is. */
  public static WorkerSpec spec(String name) {
    return new WorkerSpec(
        name,
        new Work.Celery(new CelerySpec("app", List.of(), List.of(), null), List.of()),
        Map.of(),
        null,
        WorkerSpec.Restart.OVERLAP,
        null,
        null,
        null);
  }

  /** Workers with these identities: {@code grep=1}. */
  public static Map<String, WorkerDefinition> workers(String... workers) {
    Map<String, WorkerDefinition> definitions = new LinkedHashMap<>();
    for (String worker : workers) {
      String[] parts = worker.split("=");
      definitions.put(parts[0], new WorkerDefinition(spec(parts[0]), parts[1]));
    }
    return definitions;
  }

  /** One that was never used. */
  public static Release release(int commit, String... workers) {
    return Release.staged(
        commit,
        new Release.Content(commit(commit), "main", Map.of()),
        workers(workers),
        Preparation.NONE,
        Map.of(),
        Instant.EPOCH);
  }

  /** A start of worker {@code grep} that is about to happen, in that release. */
  public static Generation intended(long number, int release, String identity, boolean beside) {
    return Generation.intended(
        number,
        "grep",
        new Generation.Origin(Release.name(release, commit(release)), commit(release), identity),
        "boot",
        Instant.EPOCH,
        beside,
        RunnerName.PROCESS);
  }

  /** Whose release is there already, or null. */
  public static Goal goal(int commit, @Nullable String release, String... workers) {
    return new Goal(
        commit(commit),
        "main",
        Map.of(),
        workers(workers),
        Preparation.NONE,
        true,
        release,
        Map.of(),
        Set.of());
  }
}
