package dev.pullcord.agent.plan;

import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Applied;
import dev.pullcord.agent.journal.Release;
import dev.pullcord.agent.journal.WorkerDefinition;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.WorkerIdentity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to run.
 *
 * @param commit in force
 * @param ref in force
 * @param trees digest by bundle
 * @param workers by name
 * @param checked whether there is something to look at before a switch: checks, or an application
 * @param release a tree that is there already; null when one is to be staged
 */
public record Goal(
    CommitId commit,
    String ref,
    Map<String, TreeId> trees,
    Map<String, WorkerDefinition> workers,
    boolean checked,
    @Nullable String release) {
  /** Copies the maps in their order. */
  public Goal {
    trees = Collections.unmodifiableMap(new LinkedHashMap<>(trees));
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
  }

  /** A commit; its release may have been built before and never been used. */
  public static Goal of(Snapshot snapshot, String ref, AgentHistory history) {
    List<WorkerIdentity.File> restartFiles =
        snapshot.files().values().stream()
            .filter(file ->
                snapshot
                    .manifest()
                    .bundleOf(file.path())
                    .filter(bundle -> bundle.onChange() == Bundle.OnChange.RESTART)
                    .isPresent())
            .map(f -> new WorkerIdentity.File(f.path(), f.kind().mode(), f.objectId()))
            .toList();
    Map<String, WorkerDefinition> workers = new LinkedHashMap<>();
    snapshot
        .manifest()
        .workers()
        .forEach((name, spec) ->
            workers.put(name, new WorkerDefinition(spec, WorkerIdentity.of(spec, restartFiles))));
    return new Goal(
        snapshot.commit(),
        ref,
        snapshot.trees(),
        workers,
        !snapshot.manifest().check().isEmpty()
            || workers.values().stream().anyMatch(w -> w.spec().kind().provesItself()),
        history.unused(snapshot.commit()).map(Release::name).orElse(null));
  }

  /** A release that {@code current} points to and whose checks have passed. */
  public static Goal of(Release release, String ref) {
    return new Goal(
        release.commit(), ref, release.trees(), release.workers(), false, release.name());
  }

  /** The same on another ref. */
  public Goal on(String other) {
    return new Goal(commit, other, trees, workers, checked, release);
  }

  /** The same, whose release is to be staged. */
  Goal unstaged() {
    return new Goal(commit, ref, trees, workers, checked, null);
  }

  /** What last ran well; empty before the first time, and when its tree is gone. */
  public static Optional<Goal> applied(AgentHistory history) {
    Applied applied = history.applied();
    if (applied == null) {
      return Optional.empty();
    }
    return history
        .appliedRelease()
        .map(release ->
            new Goal(
                applied.commit(),
                applied.ref(),
                release.trees(),
                applied.workers(),
                false,
                release.name()));
  }
}
