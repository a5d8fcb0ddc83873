package dev.pullcord.git.tree;

import dev.pullcord.git.tree.RawTree.Entry;
import dev.pullcord.git.tree.ReleaseContent.Deployable;
import dev.pullcord.git.tree.ReleaseContent.Undeployable;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/**
 * Judges a commit: reads its manifest and the entries of its bundles, all of them checked. Push,
 * {@code plan} and agent ask the same reader, so all three say the same. Every object that a
 * release needs is looked up, so what is deployable is also complete here. What it knows of the
 * commit before is not read again. Safe for use by several threads.
 *
 * <p>Handles everything that can be wrong with a manifest or a tree; a missing or damaged object is
 * an {@link IOException}, because then not the commit is at fault but the repository.
 */
public final class ReleaseReader {
  private final Repository repository;
  private volatile @Nullable Known known;

  /** Of that repository. */
  public ReleaseReader(Repository repository) {
    this.repository = repository;
  }

  private record Known(CommitId commit, ObjectId manifest, Deployable content) {}

  /** What the commit would deploy. */
  public ReleaseContent read(CommitId commit) throws IOException {
    Known before = known;
    if (before != null && before.commit().equals(commit)) {
      return before.content();
    }
    try (ObjectReader reader = repository.newObjectReader();
        RevWalk walk = new RevWalk(reader)) {
      ObjectId root = walk.parseCommit(ObjectId.fromString(commit.value())).getTree();
      return read(reader, commit, root, before);
    } catch (IncorrectObjectTypeException e) {
      return Undeployable.of(
          "OBJECT_INVALID  " + commit + "  this is no commit: " + e.getMessage());
    } catch (LargeObjectException e) {
      return Undeployable.of("TREE_LIMIT  " + commit + "  " + e.getMessage());
    }
  }

  private ReleaseContent read(
      ObjectReader reader, CommitId commit, ObjectId root, @Nullable Known before)
      throws IOException {
    Entry file = rootEntry(reader, root);
    Manifest manifest;
    if (before != null && file != null && file.isFile() && file.id().equals(before.manifest())) {
      manifest = before.content().manifest();
    } else {
      switch (ManifestReader.read(reader, commit, root)) {
        case ManifestResult.Invalid(List<ManifestProblem> problems) -> {
          return Undeployable.of(problems);
        }
        case ManifestResult.Valid(Manifest valid) -> manifest = valid;
      }
    }
    ReleaseContent content =
        new ReleaseFilesReader(reader, manifest, before == null ? null : before.content())
            .read(root);
    if (content instanceof Deployable deployable && file != null) {
      known = new Known(commit, file.id().copy(), deployable);
    }
    return content;
  }

  /** Null also when the root is no tree: then reading the manifest says so. */
  private static @Nullable Entry rootEntry(ObjectReader reader, ObjectId root) throws IOException {
    try {
      return ManifestReader.entry(reader, root);
    } catch (IncorrectObjectTypeException _) {
      return null;
    }
  }
}
