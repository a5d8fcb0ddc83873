package dev.pullcord.server.githost.comparison;

import dev.pullcord.git.tree.ReleaseContent.Deployable;
import dev.pullcord.git.tree.ReleaseContent.Undeployable;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.BundlePaths;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.plan.ReleaseComparison;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a commit, as the nodes will see them: files by bundle, and which workers get
 * another identity. Computed from the two trees and their manifests alone, for a push and for a
 * plan.
 */
public final class CommitChanges {
  /** Entries that are looked at outside of the bundles, where no limit of a release holds. */
  private static final int OUTSIDE_MAX = 100_000;

  private static final Deployable NOTHING =
      new Deployable(
          new Manifest(Map.of(), null, List.of(), List.of(), Map.of()),
          new TreeMap<>(),
          Map.of(),
          List.of());

  private final RepositoryStore store;

  /** Of that repository. */
  public CommitChanges(RepositoryStore store) {
    this.store = store;
  }

  /**
   * Lines for the pusher, such as {@code search-files: 1 file changed} and {@code restarts grep}.
   */
  public List<String> between(@Nullable CommitId before, CommitId now) throws IOException {
    return switch (store.content(now)) {
      case Deployable content -> compare(before, now, content).lines();
      case Undeployable wrong -> {
        List<String> lines = new ArrayList<>(List.of("no node can run this:"));
        wrong.lines().forEach(line -> lines.add("  " + line));
        yield lines;
      }
    };
  }

  /** What nodes that run {@code before} would do; nothing when no node can run {@code now}. */
  Optional<ReleaseComparison> compare(@Nullable CommitId before, CommitId now) throws IOException {
    return store.content(now) instanceof Deployable content
        ? Optional.of(compare(before, now, content))
        : Optional.empty();
  }

  private ReleaseComparison compare(@Nullable CommitId before, CommitId now, Deployable content)
      throws IOException {
    Deployable old =
        before != null && store.content(before) instanceof Deployable known ? known : NOTHING;
    return new ReleaseComparison(old, content, outside(before, now, old, content));
  }

  private ReleaseComparison.Outside outside(
      @Nullable CommitId before, CommitId now, Deployable old, Deployable content)
      throws IOException {
    BundlePaths was = new BundlePaths(old.manifest());
    BundlePaths is = new BundlePaths(content.manifest());
    int[] none = new int[1];
    List<String> named = new ArrayList<>();
    boolean[] manifest = new boolean[1];
    boolean all =
        new TreeDifference(store.repository())
            .walk(
                before,
                now,
                OUTSIDE_MAX,
                (path, _) -> {
                  if (path.equals(Manifest.FILE)) {
                    manifest[0] = true;
                  } else if (was.owner(path) == null && is.owner(path) == null) {
                    if (none[0]++ < ReleaseComparison.Outside.NAMED) {
                      named.add(path);
                    }
                  }
                  return true;
                });
    return new ReleaseComparison.Outside(manifest[0], none[0], named, all);
  }
}
