package dev.pullcord.server.githost.push;

import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.githost.repository.Upkeep;
import dev.pullcord.server.store.DiskTrouble;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import org.eclipse.jgit.internal.submodule.SubmoduleValidator.SubmoduleValidationException;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.eclipse.jgit.transport.ReceivePack;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives as JGit does, with packs bounded before they are read, without the lock files that
 * others left, and without a progress bar for moving refs in the pusher's terminal.
 */
final class QuietReceivePack extends ReceivePack {
  private static final Logger LOG = LoggerFactory.getLogger(QuietReceivePack.class);

  private final RefLocks locks;
  private final RepositoryStore store;
  private @Nullable PushedPack pack;
  private Upkeep.@Nullable Push push;

  QuietReceivePack(RepositoryStore store) {
    super(store.repository());
    this.store = store;
    this.locks = new RefLocks(store.repository().getDirectory().toPath());
  }

  /** Receives a push whose body this is. */
  void receive(PushedPack body, OutputStream out) throws IOException {
    pack = body;
    try {
      receive(body, out, null);
    } finally {
      objectsMayGo();
    }
  }

  private void objectsMayGo() {
    if (push != null) {
      push.close();
      push = null;
    }
  }

  @Override
  protected void receivePackAndCheckConnectivity()
      throws IOException, SubmoduleValidationException {
    PushedPack body = Objects.requireNonNull(pack, "a push comes by receive(body, out)");
    body.<SubmoduleValidationException>read(
        getRepository(),
        () -> {
          push = store.pushing();
          super.receivePackAndCheckConnectivity();
        });
  }

  /** The files that keep refs from being moved. */
  RefLocks locks() {
    return locks;
  }

  @Override
  protected void executeCommands() {
    moveRefs();
    objectsMayGo(); // the rest of a push is watching, and may take long
  }

  private void moveRefs() {
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
      DiskTrouble.log(LOG, "cannot move refs", e);
      String why = DiskTrouble.of(e).map(DiskTrouble::what).orElse("the server cannot write refs");
      for (ReceiveCommand command : commands) {
        if (command.getResult() == Result.NOT_ATTEMPTED) {
          command.setResult(Result.REJECTED_OTHER_REASON, why);
        }
      }
    }
  }
}
