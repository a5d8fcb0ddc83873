package dev.pullcord.server.githost.entry;

import dev.pullcord.server.store.DiskTrouble;
import java.io.IOException;
import java.util.Collection;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves refs, and gets lock files out of the way that others left. The reflog says who moved them:
 * a deployment learns it from there, also after a kill.
 */
public final class RefMoves {
  private static final Logger LOG = LoggerFactory.getLogger(RefMoves.class);

  private final Repository repository;
  private final RefLocks locks;

  /** In that repository. */
  public RefMoves(Repository repository) {
    this.repository = repository;
    this.locks = new RefLocks(repository.getDirectory().toPath());
  }

  /** The files that keep refs from being moved. */
  public RefLocks locks() {
    return locks;
  }

  /**
   * Moves them; each command has its result afterwards.
   *
   * @param who for the reflog; null for the server itself
   * @param how for the reflog, {@code push}
   * @param rules whether refs may be rewound, and whether all move or none
   */
  public void move(
      Collection<ReceiveCommand> commands,
      RevWalk walk,
      @Nullable PersonIdent who,
      String how,
      Rules rules) {
    if (commands.isEmpty()) {
      return;
    }
    BatchRefUpdate batch = repository.getRefDatabase().newBatchUpdate();
    batch.setAllowNonFastForwards(rules.rewinds());
    batch.setAtomic(rules.allOrNone());
    batch.setRefLogIdent(who);
    batch.setRefLogMessage(how, true);
    batch.addCommand(commands);
    try {
      for (ReceiveCommand command : commands) {
        locks.clear(command.getRefName());
      }
      batch.execute(walk, NullProgressMonitor.INSTANCE);
    } catch (IOException e) {
      DiskTrouble.log(LOG, "cannot move refs", e);
      String why = DiskTrouble.of(e).map(DiskTrouble::what).orElse("the server cannot write refs");
      for (ReceiveCommand command : commands) {
        if (command.getResult() == Result.NOT_ATTEMPTED) {
          command.setResult(Result.REJECTED_OTHER_REASON, why);
        }
      }
    }
  }

  /**
   * How refs may move.
   *
   * @param rewinds also to a commit that does not contain the one before
   * @param allOrNone whether one that cannot move keeps the others
   */
  public record Rules(boolean rewinds, boolean allOrNone) {}
}
