package dev.pullcord.server.githost.database;

import dev.pullcord.server.githost.entry.RefMoves;
import dev.pullcord.server.githost.repository.PackNames;
import dev.pullcord.server.githost.repository.RepositoryTruth;
import dev.pullcord.server.store.RepositoryTable;
import dev.pullcord.server.store.RepositoryTable.KeptPack;
import dev.pullcord.server.store.RepositoryTable.KeptRef;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repository of the server that has the store. Order of a move: the chunks of all packs that
 * the store lacks; one transaction with their rows and the refs, each of which has to be where the
 * mover saw it; the refs on the disk.
 *
 * <p>What a kill leaves behind: before the transaction chunks that belong to no pack; after it a
 * disk that is behind, which the next start catches up. Where the database did not say whether it
 * kept a move, or a ref could not be moved back there, the disk is caught up as soon as it answers.
 */
final class DatabaseTruth implements RepositoryTruth {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseTruth.class);

  private final Store store;
  private final FileRepository repository;
  private final PackUpload upload;
  private final RepositoryCatchUp catchUp;
  private final Set<String> gone = new TreeSet<>();

  /** Refs there and here are moved by one at a time. */
  private final ReentrantLock moving = new ReentrantLock();

  private volatile boolean unsettled;

  /** Whether a ref moved here that {@link #settle} has not told of yet. */
  private volatile boolean untold;

  DatabaseTruth(Store store, FileRepository repository) {
    this.store = store;
    this.repository = repository;
    this.upload = new PackUpload(store, repository);
    this.catchUp = new RepositoryCatchUp(store);
  }

  @Override
  public Moving move(Collection<ReceiveCommand> commands, String who, boolean allOrNone)
      throws IOException {
    List<ReceiveCommand> wanted = ReceiveCommand.filter(commands, Result.NOT_ATTEMPTED);
    moving.lock();
    try {
      catchUpIfUnsettled();
      Collection<KeptPack> packs = upload.missing();
      Map<ReceiveCommand, Optional<KeptRef>> before =
          written(tables -> {
            packs.forEach(tables::putPack);
            return moved(tables, wanted, who, allOrNone);
          });
      for (ReceiveCommand command : ReceiveCommand.filter(wanted, Result.NOT_ATTEMPTED)) {
        if (!before.containsKey(command)) {
          command.setResult(Result.LOCK_FAILURE);
          unsettled = true; // if the disk has it elsewhere, somebody moved it there by hand
        }
      }
      if (allOrNone && before.size() < wanted.size()) {
        ReceiveCommand.abort(wanted);
      }
      return () -> end(before);
    } catch (IOException | RuntimeException e) {
      moving.unlock();
      throw e;
    }
  }

  /** Moves those that are where their mover saw them; answers what each was before. */
  private static Map<ReceiveCommand, Optional<KeptRef>> moved(
      RepositoryTable table, List<ReceiveCommand> wanted, String who, boolean allOrNone) {
    Map<ReceiveCommand, Optional<KeptRef>> before = new LinkedHashMap<>();
    for (ReceiveCommand command : wanted) {
      Optional<KeptRef> now = table.ref(command.getRefName());
      String there = now.map(KeptRef::target).orElse(ObjectId.zeroId().name());
      if (there.equals(command.getOldId().name())) {
        before.put(command, now);
      }
    }
    before.keySet().removeAll(inTheWay(table, before.keySet()));
    if (!allOrNone || before.size() == wanted.size()) {
      before
          .keySet()
          .forEach(command ->
              put(
                  table,
                  command.getRefName(),
                  command.getType() == ReceiveCommand.Type.DELETE
                      ? Optional.empty()
                      : Optional.of(
                          new KeptRef(command.getRefName(), command.getNewId().name(), who))));
    }
    return before;
  }

  /**
   * Refuses what no disk can have beside another ref: after a kill the database would have both.
   */
  private static List<ReceiveCommand> inTheWay(
      RepositoryTable table, Collection<ReceiveCommand> movable) {
    List<ReceiveCommand> made =
        movable.stream().filter(c -> c.getType() == ReceiveCommand.Type.CREATE).toList();
    List<ReceiveCommand> refused = new ArrayList<>();
    if (made.isEmpty()) {
      return refused;
    }
    NavigableSet<String> names = new TreeSet<>();
    table.refs().forEach(ref -> names.add(ref.name()));
    movable.stream()
        .filter(c -> c.getType() == ReceiveCommand.Type.DELETE)
        .forEach(c -> names.remove(c.getRefName()));
    for (ReceiveCommand command : made) {
      Optional<String> other = DiskRefs.inTheWay(command.getRefName(), names);
      if (other.isPresent()) {
        command.setResult(
            Result.REJECTED_OTHER_REASON, RefMoves.conflict(command.getRefName(), other.get()));
        refused.add(command);
      } else {
        names.add(command.getRefName());
      }
    }
    return refused;
  }

  private static void put(RepositoryTable table, String name, Optional<KeptRef> ref) {
    ref.ifPresentOrElse(table::putRef, () -> table.removeRef(name));
  }

  private void end(Map<ReceiveCommand, Optional<KeptRef>> before) {
    try {
      before.keySet().removeIf(command -> command.getResult() == Result.OK);
      if (!before.isEmpty()) {
        written(tables -> {
          before.forEach((command, ref) -> put(tables, command.getRefName(), ref));
          return true;
        });
      }
    } catch (StoreException e) {
      LOG.warn("{} refs have moved in the database only: {}", before.size(), e.getMessage());
      unsettled = true;
    } finally {
      moving.unlock();
    }
  }

  @Override
  public void head(String branch) {
    moving.lock();
    try {
      written(tables -> {
        tables.putRef(new KeptRef(RepositoryTable.HEAD, branch, "server"));
        return true;
      });
    } finally {
      moving.unlock();
    }
  }

  @Override
  public void repacked(Set<String> names) throws IOException {
    moving.lock();
    try {
      gone.addAll(names);
      Collection<KeptPack> packs = upload.missing();
      gone.removeAll(PackNames.of(repository));
      written(tables -> {
        packs.forEach(tables::putPack);
        tables.removePacks(gone);
        return true;
      });
      gone.clear();
    } finally {
      moving.unlock();
    }
  }

  @Override
  public boolean settle() throws IOException {
    if (!(unsettled || untold) || !moving.tryLock()) {
      return false;
    }
    try {
      catchUpIfUnsettled();
      boolean told = untold;
      untold = false;
      return told;
    } finally {
      moving.unlock();
    }
  }

  private void catchUpIfUnsettled() throws IOException {
    if (!unsettled) {
      return;
    }
    store.write(_ -> true); // comes after a transaction whose outcome is not known yet
    try {
      untold |= catchUp.run(repository).refs() > 0;
    } catch (IOException | RuntimeException e) {
      untold = true; // some of them may have moved
      throw e;
    }
    unsettled = false;
  }

  private <T> T written(RepositoryTask<T> task) {
    try {
      return store.write(tables -> task.run(tables.repository()));
    } catch (StoreException e) {
      unsettled |= e.code().equals(StoreException.UNKNOWN);
      throw e;
    }
  }

  private interface RepositoryTask<T> {
    T run(RepositoryTable table);
  }
}
