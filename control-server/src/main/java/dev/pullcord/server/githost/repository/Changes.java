package dev.pullcord.server.githost.repository;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestResult;
import dev.pullcord.protocol.manifest.WorkerIdentity;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * What a commit changes, as the nodes will see it: files by bundle, and which workers get another
 * identity. Computed from the two trees and their manifests alone, for a push and for a plan.
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
    return compare(before, now)
        .map(Compared::lines)
        .orElse(List.of("no usable manifest: no node can run this"));
  }

  /** What nodes that run {@code before} would do; nothing when no node can run {@code now}. */
  Optional<Compared> compare(@Nullable CommitId before, CommitId now) throws IOException {
    if (!(store.manifest(now) instanceof ManifestResult.Valid(Manifest manifest))) {
      return Optional.empty();
    }
    Manifest old =
        before != null && store.manifest(before) instanceof ManifestResult.Valid(Manifest m)
            ? m
            : NOTHING;
    return Optional.of(
        new Compared(
            new Compared.Side(old, before == null ? Map.of() : files(before)),
            new Compared.Side(manifest, files(now))));
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

  /** {@code 1 file}, {@code 2 files}. */
  public static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }
}
