package dev.pullcord.server.operations.hold;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.operations.NodeChanges;
import dev.pullcord.server.operations.Operations;
import dev.pullcord.server.operations.VersionLookup;
import dev.pullcord.server.security.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Takes the orders that hold or turn back many nodes. They also end here by themselves. */
public final class Holds implements HoldOperations {
  private final FreezeOperations freezes;
  private final RollbackOperations rollbacks;

  /**
   * The orders of a fleet.
   *
   * @param commits in which a rollback looks for its commit
   * @param deployments compared with the repository before a branch is rolled back
   */
  public Holds(Operations.Rooms rooms, CommitSource commits, Deployments deployments) {
    NodeChanges changes =
        new NodeChanges(rooms.store(), rooms.decisions(), rooms.waker(), rooms.clock());
    VersionLookup versions = new VersionLookup(commits);
    freezes = new FreezeOperations(changes, versions);
    rollbacks = new RollbackOperations(changes, versions, commits, deployments);
  }

  @Override
  public FreezeView freeze(Principal who, FreezeView.Request request) {
    return freezes.freeze(who, request);
  }

  @Override
  public void unfreeze(
      Principal who, @Nullable String ref, @Nullable String selector, @Nullable Instant created) {
    freezes.unfreeze(who, ref, selector, created);
  }

  @Override
  public RollbackView rollback(Principal who, String ref, RollbackView.Request request) {
    return rollbacks.rollback(who, ref, request);
  }

  @Override
  public RollbackView foreseeRollback(Principal who, String ref, @Nullable String to) {
    return rollbacks.foresee(who, ref, to);
  }

  @Override
  public void endRollback(Principal who, String ref) {
    rollbacks.end(who, ref);
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
