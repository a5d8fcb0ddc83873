package dev.pullcord.server.operations.hold;

import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.operations.NodeChanges;
import dev.pullcord.server.operations.Operations;
import dev.pullcord.server.operations.VersionLookup;

/**
 * The classes that take orders which hold or turn back many nodes at once: as {@link Operations},
 * each is on disk and has woken whom it concerns when it returns. Holds also end here by
 * themselves.
 */
public record Holds(FreezeOperations freezes, RollbackOperations rollbacks) {

  /**
   * The holds of a fleet.
   *
   * @param commits in which a rollback looks for its commit
   * @param deployments compared with the repository before a branch is rolled back
   */
  public static Holds of(Operations.Rooms rooms, CommitSource commits, Deployments deployments) {
    NodeChanges changes =
        new NodeChanges(rooms.store(), rooms.decisions(), rooms.waker(), rooms.clock());
    VersionLookup versions = new VersionLookup(commits);
    return new Holds(
        new FreezeOperations(changes, versions),
        new RollbackOperations(changes, versions, commits, deployments));
  }

  /** Ends what is due, and decides anew when a window opens: at start, and every second. */
  public void tick() {
    try {
      rollbacks.expire();
    } finally {
      freezes.tick(); // also while a branch cannot be read, without which no rollback ends
    }
  }
}
