package dev.pullcord.server.githost.repository;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestResult;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.manifest.WorkerIdentity;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
    if (!(store.manifest(now) instanceof ManifestResult.Valid(Manifest manifest))) {
      return List.of("no usable manifest: no node can run this");
    }
    Manifest old =
        before != null && store.manifest(before) instanceof ManifestResult.Valid(Manifest m)
            ? m
            : NOTHING;
    Map<String, WorkerIdentity.File> was = before == null ? Map.of() : files(before);
    Map<String, WorkerIdentity.File> is = files(now);
    List<String> lines = new ArrayList<>(fileLines(old, manifest, was, is));
    Set<Map<String, String>> sorts = new LinkedHashSet<>(manifest.sorts());
    sorts.addAll(old.sorts());
    Workers workers = new Workers();
    for (Map<String, String> labels : sorts) {
      workers.compare(
          labels, identities(old, labels, was.values()), identities(manifest, labels, is.values()));
    }
    lines.add(workers.line());
    return lines;
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

  private static List<String> fileLines(
      Manifest old,
      Manifest manifest,
      Map<String, WorkerIdentity.File> was,
      Map<String, WorkerIdentity.File> is) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    manifest.bundles().keySet().forEach(name -> counts.put(name, 0));
    int outside = 0;
    TreeSet<String> paths = new TreeSet<>(was.keySet());
    paths.addAll(is.keySet());
    for (String path : paths) {
      if (Objects.equals(was.get(path), is.get(path))) {
        continue;
      }
      Bundle bundle = manifest.bundleOf(path).or(() -> old.bundleOf(path)).orElse(null);
      if (bundle != null) {
        counts.merge(bundle.name(), 1, Integer::sum);
      } else if (!path.equals(Manifest.FILE)) {
        outside++;
      }
    }
    List<String> lines = new ArrayList<>();
    counts.forEach((name, n) -> {
      if (n > 0) {
        lines.add(name + ": " + count(n, "file") + " changed");
      }
    });
    if (!Objects.equals(was.get(Manifest.FILE), is.get(Manifest.FILE))) {
      lines.add(Manifest.FILE + " changed");
    }
    if (outside > 0) {
      lines.add(count(outside, "changed file") + (outside == 1 ? " is" : " are") + " in no bundle");
    }
    return lines;
  }

  private static Map<String, WorkerIdentity> identities(
      Manifest whole, Map<String, String> labels, Collection<WorkerIdentity.File> files) {
    if (!(whole.on(labels) instanceof ManifestResult.Valid(Manifest manifest))) {
      return Map.of();
    }
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

  /** {@code 1 file}, {@code 2 files}. */
  public static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  /** What happens to workers, on each sort of node; where all do alike no labels are named. */
  private static final class Workers {
    private final Map<String, Map<String, Set<String>>> found = new LinkedHashMap<>();
    private final Map<String, Set<String>> there = new TreeMap<>();

    Workers() {
      List.of("restarts", "starts", "stops").forEach(verb -> found.put(verb, new TreeMap<>()));
    }

    void compare(
        Map<String, String> labels,
        Map<String, WorkerIdentity> was,
        Map<String, WorkerIdentity> is) {
      String sort = labels.isEmpty() ? "elsewhere" : Labels.text(labels);
      TreeSet<String> workers = new TreeSet<>(was.keySet());
      workers.addAll(is.keySet());
      for (String worker : workers) {
        there.computeIfAbsent(worker, _ -> new LinkedHashSet<>()).add(sort);
        if (!Objects.equals(was.get(worker), is.get(worker))) {
          String verb =
              !was.containsKey(worker) ? "starts" : is.containsKey(worker) ? "restarts" : "stops";
          Objects.requireNonNull(found.get(verb))
              .computeIfAbsent(worker, _ -> new LinkedHashSet<>())
              .add(sort);
        }
      }
    }

    /** {@code restarts grep; starts beat (role=gpu)}. */
    String line() {
      List<String> parts = new ArrayList<>();
      found.forEach((verb, workers) -> {
        if (!workers.isEmpty()) {
          parts.add(
              verb
                  + " "
                  + workers.entrySet().stream()
                      .map(w -> w.getKey() + where(w.getKey(), w.getValue()))
                      .collect(Collectors.joining(", ")));
        }
      });
      return parts.isEmpty() ? "restarts nothing" : String.join("; ", parts);
    }

    private String where(String worker, Set<String> sorts) {
      return sorts.equals(there.get(worker)) ? "" : " (" + String.join("; ", sorts) + ")";
    }
  }
}
