package dev.pullcord.agent.plan;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.identity.ReleaseFile;
import dev.pullcord.protocol.identity.WorkerIdentities;
import dev.pullcord.protocol.manifest.PythonSpec;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The release and the workers that are to run.
 *
 * @param commit in force
 * @param ref in force
 * @param trees digest by bundle
 * @param workers by name
 * @param preparation how its release is made ready
 * @param checked whether there is something to do before a switch: to build, to check, or an
 *     application to look at
 * @param release a tree that is there already; null when one is to be staged
 * @param labels of the node, by which it is these workers
 * @param stopped those of them that are not to run now
 */
public record Goal(
    CommitId commit,
    String ref,
    Map<String, TreeId> trees,
    Map<String, WorkerDefinition> workers,
    Preparation preparation,
    boolean checked,
    @Nullable String release,
    Map<String, String> labels,
    Set<String> stopped) {
  /** Copies the maps in their order. */
  public Goal {
    trees = Collections.unmodifiableMap(new LinkedHashMap<>(trees));
    stopped = Set.copyOf(stopped);
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
  }

  /** Gives the Python environment of a commit its key on this node. */
  public interface VenvKeys {
    /** The key. */
    String of(PythonSpec python, List<ReleaseFile> files);
  }

  /**
   * A commit. Its release may be there already: it was built and never used, or the node ran it
   * before and goes back to it.
   */
  public static Goal of(Snapshot snapshot, String ref, VenvKeys venvs, AgentHistory history) {
    List<ReleaseFile> files = snapshot.filesForIdentity();
    PythonSpec python = snapshot.manifest().python();
    String venv = python == null ? null : venvs.of(python, files);
    Preparation preparation =
        new Preparation(snapshot.manifest().prepare(), venv, snapshot.manifest().links());
    Map<String, WorkerDefinition> workers = new LinkedHashMap<>();
    WorkerIdentities.of(snapshot.manifest(), files, venv)
        .forEach((name, identity) ->
            workers.put(
                name,
                new WorkerDefinition(
                    Objects.requireNonNull(snapshot.manifest().workers().get(name)), identity)));
    Goal goal =
        new Goal(
            snapshot.commit(),
            ref,
            snapshot.trees(),
            workers,
            preparation,
            !snapshot.manifest().check().isEmpty()
                || !preparation.equals(Preparation.NONE)
                || workers.values().stream().anyMatch(w -> w.spec().looksBefore()),
            null,
            snapshot.labels(),
            Set.of());
    return Planner.inPlace(goal, history)
        ? goal
        : goal.in(history.newest(goal::isMadeInto).map(Release::name).orElse(null));
  }

  /** Whether a release has its files, what is built of them, and asks for the same workers. */
  boolean isLike(Release release) {
    return release.trees().equals(trees)
        && release.preparation().equals(preparation)
        && identities(release.workers()).equals(identities(workers));
  }

  private boolean isMadeInto(Release release) {
    return release.commit().equals(commit) && release.labels().equals(labels) && isLike(release);
  }

  /** What the commit makes of them: for what the node adds, no release has to be made. */
  private static Map<String, String> identities(Map<String, WorkerDefinition> workers) {
    Map<String, String> identities = new HashMap<>();
    workers.forEach((name, definition) ->
        identities.put(name, WorkerDefinition.ofCommit(definition.identity())));
    return identities;
  }

  /** A release that {@code current} points to and whose checks have passed. */
  public static Goal of(Release release, String ref) {
    return new Goal(
        release.commit(),
        ref,
        release.trees(),
        release.workers(),
        release.preparation(),
        false,
        release.name(),
        release.labels(),
        Set.of());
  }

  /** Whether it is what was decided: a node that went back may run the same commit otherwise. */
  public boolean isOf(Decision decision) {
    return commit.equals(decision.commit()) && labels.equals(decision.labels());
  }

  /** The same on another ref. */
  public Goal on(String other) {
    return new Goal(commit, other, trees, workers, preparation, checked, release, labels, stopped);
  }

  /** The same with these workers. */
  public Goal with(Map<String, WorkerDefinition> others) {
    return new Goal(commit, ref, trees, others, preparation, checked, release, labels, stopped);
  }

  /** The same, as operators want it. */
  public Goal ordered(Orders orders) {
    Map<String, WorkerDefinition> ordered = new LinkedHashMap<>();
    workers.forEach((name, worker) ->
        ordered.put(name, worker.restartedBy(orders.restarts().getOrDefault(name, 0L))));
    return new Goal(
        commit,
        ref,
        trees,
        ordered,
        preparation,
        checked,
        release,
        labels,
        orders.stopped().keySet());
  }

  /** The same, whose release is to be staged. */
  public Goal unstaged() {
    return in(null);
  }

  private Goal in(@Nullable String made) {
    return new Goal(commit, ref, trees, workers, preparation, checked, made, labels, stopped);
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
                release.preparation(),
                false,
                release.name(),
                applied.labels(),
                Set.of()));
  }

  /** What last ran well, if it is what is active now. */
  public static Optional<Goal> inPlace(AgentHistory history) {
    return applied(history)
        .filter(goal -> goal.release() != null && goal.release().equals(history.active()));
  }

  /** A goal that needs no source: what runs, or what was being switched to before a kill. */
  public static Optional<Goal> known(
      AgentHistory history, CommitId target, String ref, Map<String, String> labels) {
    Applied applied = history.applied();
    if (applied != null && applied.isOf(target, labels)) {
      return applied(history).map(goal -> goal.on(ref));
    }
    return history
        .activeRelease()
        .filter(active -> active.commit().equals(target) && active.labels().equals(labels))
        .map(active -> of(active, ref));
  }
}
