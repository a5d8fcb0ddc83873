package dev.pullcord.server.githost.push;

import dev.pullcord.protocol.id.CommitId;

/** Told of the step that nodes are about to make, a moment before the ref moves. */
@FunctionalInterface
public interface PackPrefetch {
  /** Returns at once; the push does not wait. */
  void expect(CommitId from, CommitId to);
}
