package dev.pullcord.server.store.sqlite;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The store in one SQLite file, in WAL mode and synchronous FULL: what was acknowledged survives
 * kill -9 and power loss. One thread writes; a few platform threads read, because a call into
 * SQLite would hold a virtual thread's carrier.
 */
public final class SqliteStore implements Store {
  private static final int READERS = 3;
  private static final int BUSY_TIMEOUT_MS = 10_000;

  private final HikariDataSource readers;
  private final Jdbi reading;
  private final Handle writing;
  private final Writer writer;
  private final ExecutorService readerThreads = LastingThreads.pool("store-reader", READERS);

  private SqliteStore(HikariDataSource readers, Handle writing, Path file) {
    this.readers = readers;
    this.reading = Jdbi.create(readers);
    this.writing = writing;
    this.writer = new Writer(writing, new SqliteTrouble(file));
  }

  /**
   * Opens the file, makes it if it is absent, and brings its schema to this version.
   *
   * @throws StoreException {@code DB_NOT_SQLITE}, {@code DB_NEWER}, {@code DB_FOREIGN} or {@code
   *     DB_OPEN}; the file is then as it was
   */
  public static SqliteStore open(Path file) {
    return open(file, Schema::migrate);
  }

  /**
   * Opens the file of a server that may be running.
   *
   * @throws StoreException {@code DB_OLDER} as well: it is of another version's schema
   */
  public static SqliteStore openBesideServer(Path file) {
    return open(file, Schema::requireCurrent);
  }

  private static SqliteStore open(Path file, BiConsumer<DataSource, Path> schema) {
    Schema.requireSqlite(file);
    SQLiteDataSource source = source(file, SQLiteConfig.TransactionMode.DEFERRED);
    Handle writing = null;
    try {
      // It never has to give up a transaction because a command has written meanwhile.
      writing = Jdbi.create(source(file, SQLiteConfig.TransactionMode.IMMEDIATE)).open();
      schema.accept(source, file);
      return new SqliteStore(pool(source), writing, file);
    } catch (RuntimeException e) {
      if (writing != null) {
        writing.close();
      }
      if (e instanceof StoreException refusal) {
        throw refusal;
      }
      throw new StoreException("DB_OPEN", file + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private static SQLiteDataSource source(Path file, SQLiteConfig.TransactionMode mode) {
    SQLiteConfig config = new SQLiteConfig();
    config.setTransactionMode(mode);
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    config.enforceForeignKeys(true);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    return source;
  }

  private static HikariDataSource pool(SQLiteDataSource source) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("store-readers");
    config.setDataSource(source);
    config.setMaximumPoolSize(READERS);
    config.setMinimumIdle(1);
    return new HikariDataSource(config);
  }

  @Override
  public <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task) {
    return writer.submit(task);
  }

  @Override
  public <T extends @Nullable Object> T read(Task<T> task) {
    try {
      return CompletableFuture.supplyAsync(() -> readNow(task), readerThreads).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  private <T extends @Nullable Object> T readNow(Task<T> task) {
    try (Handle handle = reading.open()) {
      handle.begin();
      try {
        return task.run(new SqliteTables(handle));
      } finally {
        handle.rollback();
      }
    }
  }

  @Override
  public void close() {
    writer.stop();
    readerThreads.shutdown();
    readers.close();
    writing.close();
  }
}
