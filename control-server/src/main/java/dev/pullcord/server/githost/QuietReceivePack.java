package dev.pullcord.server.githost;

import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.eclipse.jgit.transport.ReceivePack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves the refs as JGit does, without a progress bar for it in the pusher's terminal. */
final class QuietReceivePack extends ReceivePack {
  private static final Logger LOG = LoggerFactory.getLogger(QuietReceivePack.class);

  private final RefLocks locks;

  QuietReceivePack(Repository repository) {
    super(repository);
    this.locks = new RefLocks(repository.getDirectory().toPath());
  }

  /** The files that keep refs from being moved. */
  RefLocks locks() {
    return locks;
  }

  @Override
  protected void executeCommands() {
    List<ReceiveCommand> commands = filterCommands(Result.NOT_ATTEMPTED);
    if (commands.isEmpty()) {
      return;
    }
    BatchRefUpdate batch = getRepository().getRefDatabase().newBatchUpdate();
    batch.setAllowNonFastForwards(isAllowNonFastForwards());
    batch.setAtomic(isAtomic());
    batch.setRefLogIdent(getRefLogIdent());
    batch.setRefLogMessage("push", true);
    batch.addCommand(commands);
    try {
      for (ReceiveCommand command : commands) {
        locks.clear(command.getRefName());
      }
      batch.execute(getRevWalk(), NullProgressMonitor.INSTANCE);
    } catch (IOException e) {
      LOG.error("cannot move refs", e);
      for (ReceiveCommand command : commands) {
        if (command.getResult() == Result.NOT_ATTEMPTED) {
          command.setResult(Result.REJECTED_OTHER_REASON, "the server cannot write refs");
        }
      }
    }
  }
}
