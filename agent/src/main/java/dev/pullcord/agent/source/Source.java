package dev.pullcord.agent.source;

import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.io.InputStream;

/** Where commits come from. Does not throw for a remote that is away or a tree that is bad. */
public interface Source {
  /** Brings the commit here, unless it is already, and reads it. */
  SourceResult obtain(CommitId commit);

  /**
   * A commit that is here already; asks no remote and brings nothing.
   *
   * @param digits at least seven of its id
   */
  SourceResult look(String digits);

  /** The content of a blob of an obtained snapshot, unfiltered; the caller closes it. */
  InputStream open(String objectId) throws IOException;
}
