package dev.pullcord.agent.source;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import java.io.IOException;
import java.io.InputStream;

/** Gets commits. Does not throw for a remote that is away or a tree that is bad. */
public interface Source {
  /** Brings the commit here, unless it is already, and reads it. */
  SourceResult obtain(CommitId commit);

  /**
   * A commit that is here already; asks no remote and brings nothing.
   *
   * @param digits at least seven of its id
   */
  SourceResult look(String digits);

  /**
   * The manifest of a commit that is here already, whole and checked before. Waits for no fetch.
   *
   * @throws IOException when it cannot be read; the reason is for people
   */
  default Manifest manifest(CommitId commit) throws IOException {
    return switch (look(commit.value())) {
      case SourceResult.Obtained(Snapshot snapshot, String _) -> snapshot.manifest();
      case SourceResult.Refused(String reason, String _) -> throw new IOException(reason);
      case SourceResult.Unavailable(String reason, String _) -> throw new IOException(reason);
    };
  }

  /** The content of a blob of an obtained snapshot, unfiltered; the caller closes it. */
  InputStream open(String objectId) throws IOException;
}
