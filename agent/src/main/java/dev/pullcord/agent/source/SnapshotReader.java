package dev.pullcord.agent.source;

import dev.pullcord.git.tree.ReleaseContent.Deployable;
import dev.pullcord.git.tree.ReleaseContent.Undeployable;
import dev.pullcord.git.tree.ReleaseReader;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/**
 * Reads a commit out of the mirror. A snapshot is also the proof that the commit is complete here;
 * a missing or damaged object is an {@link IOException}, because then not the commit is at fault
 * but the mirror.
 */
final class SnapshotReader {
  private final Repository repository;
  private final ReleaseReader releases;
  private @Nullable Snapshot before;

  SnapshotReader(Repository repository) {
    this.repository = repository;
    this.releases = new ReleaseReader(repository);
  }

  /** {@link SourceResult.Obtained} or {@link SourceResult.Refused}. */
  SourceResult read(CommitId commit) throws IOException {
    Snapshot known = before;
    if (known != null && known.commit().equals(commit)) {
      return new SourceResult.Obtained(known, "");
    }
    return switch (releases.read(commit)) {
      case Undeployable wrong ->
          new SourceResult.Refused(wrong.reason(), String.join("\n", wrong.lines()));
      case Deployable content -> {
        Snapshot snapshot =
            new Snapshot(commit, content.manifest(), content.files(), content.trees());
        before = snapshot;
        yield new SourceResult.Obtained(snapshot, String.join("\n", content.warnings()));
      }
    };
  }

  /** The one commit that begins with these digits, at least seven. */
  SourceResult read(String digits) throws IOException {
    List<CommitId> found = new ArrayList<>();
    try (ObjectReader objects = repository.newObjectReader();
        RevWalk walk = new RevWalk(objects)) {
      for (ObjectId id : objects.resolve(AbbreviatedObjectId.fromString(digits))) {
        if (objects.has(id) && walk.parseAny(id) instanceof RevCommit commit) {
          found.add(new CommitId(commit.name()));
        }
      }
    }
    return switch (found.size()) {
      case 1 -> read(found.getFirst());
      case 0 ->
          SourceResult.Unavailable.of(
              "COMMIT_MISSING  "
                  + digits.substring(0, 7)
                  + " is not on this node, which has what it was to run and what led to it; name"
                  + " one of these, or push it");
      default ->
          SourceResult.Unavailable.of(
              "COMMIT_AMBIGUOUS  " + digits + " are several; write more digits");
    };
  }
}
