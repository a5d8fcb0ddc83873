package dev.pullcord.server.githost.repository;

import dev.pullcord.protocol.api.PlanView.Action;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestResult;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.manifest.WorkerIdentity;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.server.desired.Difference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * What a push changes, as the nodes will see it: files by bundle, and which workers get another
 * identity. Computed from the two trees and their manifests alone.
 */
public final class Changes {
  private static final Manifest NOTHING =
      new Manifest(Map.of(), null, List.of(), List.of(), Map.of());

  private final RepositoryStore store;

  /** Of that repository. */
  public Changes(RepositoryStore store) {
    this.store = store;
  }

  /**
   * Lines for the pusher, such as {@code search-files: 1 file changed} and {@code restarts grep}.
   */
  public List<String> between(@Nullable CommitId before, CommitId now) throws IOException {
    return compare(before, now, null)
        .map(Difference::lines)
        .orElse(List.of("no usable manifest: no node can run this"));
  }

  /**
   * What a node that runs {@code before} would do; nothing when no node can run {@code now}.
   *
   * @param labels of the node; null for all sorts of nodes together, with the sort behind the name
   *     of a worker that not all would touch
   */
  public Optional<Difference> compare(
      @Nullable CommitId before, CommitId now, @Nullable Map<String, String> labels)
      throws IOException {
    if (!(store.manifest(now) instanceof ManifestResult.Valid(Manifest manifest))) {
      return Optional.empty();
    }
    Manifest old =
        before != null && store.manifest(before) instanceof ManifestResult.Valid(Manifest m)
            ? m
            : NOTHING;
    Map<String, WorkerIdentity.File> was = before == null ? Map.of() : files(before);
    Map<String, WorkerIdentity.File> is = files(now);
    Map<String, Integer> files = new LinkedHashMap<>();
    int outside = count(old, manifest, was, is, files);
    Set<Map<String, String>> sorts =
        new LinkedHashSet<>(labels == null ? Set.of() : Set.of(labels));
    if (labels == null) {
      sorts.addAll(manifest.sorts());
      sorts.addAll(old.sorts());
    }
    SortsOfNodes found = new SortsOfNodes();
    for (Map<String, String> sort : sorts) {
      Manifest own = on(manifest, sort);
      Map<String, WorkerIdentity> run = identities(on(old, sort), was.values());
      found.add(sort, own, run, actions(own, run, identities(own, is.values())));
    }
    Map<String, Action> workers = found.actions();
    boolean release =
        !files.isEmpty()
            || !workers.isEmpty()
            || !old.prepare().equals(manifest.prepare())
            || !Objects.equals(old.python(), manifest.python());
    boolean manifestChanged = !Objects.equals(was.get(Manifest.FILE), is.get(Manifest.FILE));
    return Optional.of(new Difference(files, manifestChanged, outside, release, workers));
  }

  /** With nothing to run where its entries do not go together; a push of that is refused. */
  private static Manifest on(Manifest manifest, Map<String, String> labels) {
    return manifest.on(labels) instanceof ManifestResult.Valid(Manifest own) ? own : NOTHING;
  }

  private Map<String, WorkerIdentity.File> files(CommitId id) throws IOException {
    RevCommit commit =
        store.commit(id).orElseThrow(() -> new IOException("commit " + id + " is gone"));
    Map<String, WorkerIdentity.File> files = new TreeMap<>();
    try (TreeWalk walk = new TreeWalk(store.repository())) {
      walk.addTree(commit.getTree());
      walk.setRecursive(true);
      while (walk.next()) {
        String path = walk.getPathString();
        files.put(
            path,
            new WorkerIdentity.File(
                path, Integer.toOctalString(walk.getRawMode(0)), walk.getObjectId(0).name()));
      }
    }
    return files;
  }

  /** Counts by bundle, also what comes to another bundle; returns how many are in none. */
  private static int count(
      Manifest old,
      Manifest manifest,
      Map<String, WorkerIdentity.File> was,
      Map<String, WorkerIdentity.File> is,
      Map<String, Integer> counts) {
    manifest.bundles().keySet().forEach(name -> counts.put(name, 0));
    int outside = 0;
    TreeSet<String> paths = new TreeSet<>(was.keySet());
    paths.addAll(is.keySet());
    for (String path : paths) {
      Optional<String> before = old.bundleOf(path).map(Bundle::name);
      Optional<String> bundle = manifest.bundleOf(path).map(Bundle::name);
      boolean same = Objects.equals(was.get(path), is.get(path));
      if (same && bundle.equals(before)) {
        continue;
      }
      Optional<String> counted = bundle.or(() -> before);
      if (counted.isPresent()) {
        counts.merge(counted.get(), 1, Integer::sum);
      } else if (!path.equals(Manifest.FILE)) {
        outside++;
      }
    }
    counts.values().removeIf(n -> n == 0);
    return outside;
  }

  private static Map<String, WorkerIdentity> identities(
      Manifest manifest, Collection<WorkerIdentity.File> files) {
    List<WorkerIdentity.File> restart = new ArrayList<>();
    for (WorkerIdentity.File file : files) {
      manifest
          .bundleOf(file.path())
          .filter(b -> b.onChange() == Bundle.OnChange.RESTART)
          .ifPresent(_ -> restart.add(file));
    }
    // What each node's Python adds to this is the same before and after a push.
    PythonSpec python = manifest.python();
    String venv = python == null ? null : python.inputs(files);
    Map<String, WorkerIdentity> identities = new TreeMap<>();
    for (WorkerSpec worker : manifest.workers().values()) {
      identities.put(worker.name(), WorkerIdentity.of(worker, restart, venv));
    }
    return identities;
  }

  /** In the order of the manifest, and then those that it does not have any more. */
  private static Map<String, Action> actions(
      Manifest manifest, Map<String, WorkerIdentity> was, Map<String, WorkerIdentity> is) {
    Map<String, Action> actions = new LinkedHashMap<>();
    for (WorkerSpec worker : manifest.workers().values()) {
      String name = worker.name();
      if (!was.containsKey(name)) {
        actions.put(name, Action.START);
      } else if (!Objects.equals(was.get(name), is.get(name))) {
        boolean overlaps = worker.restart() == WorkerSpec.Restart.OVERLAP;
        actions.put(name, overlaps ? Action.HAND_OVER : Action.RESTART);
      }
    }
    was.keySet().stream()
        .filter(name -> !is.containsKey(name))
        .forEach(name -> actions.put(name, Action.STOP));
    return actions;
  }
}
