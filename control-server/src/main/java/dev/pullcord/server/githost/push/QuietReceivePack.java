package dev.pullcord.server.githost.push;

import dev.pullcord.server.githost.entry.RefLocks;
import dev.pullcord.server.githost.entry.RefMoves;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.githost.repository.Upkeep;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import org.eclipse.jgit.internal.submodule.SubmoduleValidator.SubmoduleValidationException;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.eclipse.jgit.transport.ReceivePack;
import org.jspecify.annotations.Nullable;

/**
 * Receives objects as JGit does, with packs bounded before they are read. Refs it moves itself, by
 * {@link RefMoves} as every commit that enters: past lock files that others left, in the database
 * first where there is one, and without a progress bar in the pusher's terminal.
 */
final class QuietReceivePack extends ReceivePack {
  private final RefMoves moves;
  private final RepositoryStore store;
  private @Nullable PushedPack pack;
  private Upkeep.@Nullable Push push;

  QuietReceivePack(RepositoryStore store) {
    super(store.repository());
    this.store = store;
    this.moves = new RefMoves(store);
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
    return moves.locks();
  }

  @Override
  protected void executeCommands() {
    moveRefs();
    objectsMayGo(); // the rest of a push is watching, and may take long
  }

  private void moveRefs() {
    List<ReceiveCommand> commands = filterCommands(Result.NOT_ATTEMPTED);
    moves.move(
        commands,
        getRevWalk(),
        getRefLogIdent(),
        "push",
        new RefMoves.Rules(isAllowNonFastForwards(), isAtomic()));
  }
}
