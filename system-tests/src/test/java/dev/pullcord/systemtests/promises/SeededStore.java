package dev.pullcord.systemtests.promises;

import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.sql.SqlTables;
import dev.pullcord.server.store.sqlite.KeptStatements;
import dev.pullcord.server.store.sqlite.SqliteStore;
import dev.pullcord.systemtests.promises.disk.Killed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The real tables in a SQLite that is in memory, one for each thread. What was committed outlives
 * the server that did it; a server may die before a commit and right after it. One that was
 * replaced writes nothing more, which is the database's fence.
 */
final class SeededStore {
  private static final ThreadLocal<Handle> DATABASE = ThreadLocal.withInitial(SeededStore::made);
  private static final Path DIRECTORY = directory();
  private static final Path EMPTY = empty();

  private final Handle handle = DATABASE.get();
  private final boolean isKept;
  private int turn;
  private boolean writing;

  /** When the server dies: not, before the commit, after it. */
  static final int LIVES = 0;

  static final int DIES_BEFORE = 1;
  static final int DIES_AFTER = 2;

  /** A planted bug: it goes on as if there had been a commit. */
  static final int FORGETS = 3;

  /** As it was kept under that name, else empty. */
  SeededStore(String kept) {
    Path file = DIRECTORY.resolve(kept);
    isKept = Files.exists(file);
    try (Statement restore = handle.getConnection().createStatement()) {
      restore.executeUpdate("restore from '" + (isKept ? file : EMPTY) + "'");
      restore.executeUpdate("pragma foreign_keys = on");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether it is one that was kept. */
  boolean isKept() {
    return isKept;
  }

  /** Keeps what is in it now under that name, to begin with another time. */
  void keep(String name) {
    try (Statement backup = handle.getConnection().createStatement()) {
      Path aside = Files.createTempFile(DIRECTORY, "kept", "");
      backup.executeUpdate("backup to '" + aside + "'");
      Files.move(aside, DIRECTORY.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path directory() {
    try {
      Path made = Files.createTempDirectory("promises");
      made.toFile().deleteOnExit();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path empty() {
    Path file = DIRECTORY.resolve("empty");
    SqliteStore.open(file).close();
    return file;
  }

  private static Handle made() {
    return Jdbi.create("jdbc:sqlite::memory:")
        .setStatementBuilderFactory(_ -> new KeptStatements())
        .open();
  }

  /** A server takes the store; the one before has it no more. */
  Turn take(IntSupplier fate, PlantedBug bug) {
    return new Turn(++turn, fate, bug.is(PlantedBug.NO_FENCE));
  }

  /** Looks, from outside. */
  <T extends @Nullable Object> T look(Store.Task<T> task) {
    return task.run(new SqlTables(handle));
  }

  /** The store of one server. */
  final class Turn implements Store {
    private final int number;
    private final IntSupplier fate;
    private final boolean unfenced;

    Turn(int number, IntSupplier fate, boolean unfenced) {
      this.number = number;
      this.unfenced = unfenced;
      this.fate = fate;
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task) {
      if (number != turn && !unfenced) {
        return CompletableFuture.failedFuture(
            new StoreException(StoreException.TAKEN, "another server has the store"));
      }
      if (writing) {
        throw new IllegalStateException("a write within a write would wait for ever");
      }
      SqlTables tables = new SqlTables(handle);
      int dies = fate.getAsInt();
      T value;
      writing = true;
      handle.begin();
      try {
        value = task.run(tables);
        if (dies == DIES_BEFORE) {
          throw new Killed("before a commit");
        }
        if (dies == FORGETS) {
          handle.rollback();
        } else {
          handle.commit();
        }
      } catch (RuntimeException e) {
        handle.rollback();
        return CompletableFuture.failedFuture(e);
      } catch (Killed e) {
        handle.rollback();
        throw e;
      } finally {
        writing = false;
      }
      if (dies == DIES_AFTER) {
        throw new Killed("after a commit");
      }
      tables.afterCommit().forEach(Runnable::run);
      return CompletableFuture.completedFuture(value);
    }

    @Override
    public <T extends @Nullable Object> T read(Task<T> task) {
      return look(task);
    }

    @Override
    public void close() {
      // What is in it stays.
    }
  }
}
