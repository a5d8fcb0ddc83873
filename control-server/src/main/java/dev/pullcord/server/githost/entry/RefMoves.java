package dev.pullcord.server.githost.entry;

import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.githost.repository.RepositoryTruth;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.util.Collection;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that moves branches, tags and HEAD. Each move is kept first by what has the
 * repository besides the disk. It gets lock files out of the way that others left. The reflog says
 * who moved a ref: a deployment learns it from there, also after a kill.
 */
public final class RefMoves {
  private static final Logger LOG = LoggerFactory.getLogger(RefMoves.class);

  private final Repository repository;
  private final RepositoryTruth truth;
  private final RefLocks locks;

  /** In that repository. */
  public RefMoves(RepositoryStore store) {
    this.repository = store.repository();
    this.truth = store.truth();
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
    try {
      for (ReceiveCommand command : commands) {
        locks.clear(command.getRefName());
      }
      String mover = who == null ? "server" : who.getName();
      try (RepositoryTruth.Moving _ = truth.move(commands, mover, rules.allOrNone())) {
        BatchRefUpdate batch = repository.getRefDatabase().newBatchUpdate();
        batch.setAllowNonFastForwards(rules.rewinds());
        batch.setAtomic(rules.allOrNone());
        batch.setRefLogIdent(who);
        batch.setRefLogMessage(how, true);
        batch.addCommand(ReceiveCommand.filter(commands, Result.NOT_ATTEMPTED));
        batch.execute(walk, NullProgressMonitor.INSTANCE);
      }
    } catch (StoreException e) {
      LOG.warn("refs are not moved: {}  {}", e.code(), e.getMessage());
      reject(commands, e.code() + "  " + e.getMessage());
    } catch (IOException e) {
      DiskTrouble.log(LOG, "cannot move refs", e);
      reject(
          commands,
          DiskTrouble.of(e).map(DiskTrouble::what).orElse("the server cannot write refs"));
    }
  }

  /** Why a ref is not made: one of the two would be the folder of the other. */
  public static String conflict(String ref, String other) {
    return "REF_CONFLICT  %s cannot be beside %s; delete that one first, or take another name"
        .formatted(ref, other);
  }

  private static void reject(Collection<ReceiveCommand> commands, String why) {
    for (ReceiveCommand command : ReceiveCommand.filter(commands, Result.NOT_ATTEMPTED)) {
      command.setResult(Result.REJECTED_OTHER_REASON, why);
    }
  }

  /** Lets HEAD name another branch, in full. */
  public void head(String branch) throws IOException {
    truth.head(branch);
    RefUpdate head = repository.updateRef(Constants.HEAD);
    head.disableRefLog();
    head.link(branch);
  }

  /**
   * How refs may move.
   *
   * @param rewinds also to a commit that does not contain the one before
   * @param allOrNone whether one that cannot move keeps the others
   */
  public record Rules(boolean rewinds, boolean allOrNone) {}
}
