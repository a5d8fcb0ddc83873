package dev.pullcord.agent.source;

import dev.pullcord.git.tree.ReleaseContent.Deployable;
import dev.pullcord.git.tree.ReleaseContent.Undeployable;
import dev.pullcord.git.tree.ReleaseReader;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/**
 * Reads a commit out of the mirror. A snapshot is also the proof that the commit is complete here;
 * a missing or damaged object is an {@link IOException}, because then not the commit is at fault
 * but the mirror.
 */
final class SnapshotReader {
  private final ReleaseReader releases;
  private @Nullable Snapshot before;

  SnapshotReader(Repository repository) {
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
}
