package dev.pullcord.server.store.sqlite;

import com.zaxxer.hikari.HikariConfig;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.sql.SqlStore;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The store in one SQLite file, in WAL mode and synchronous FULL: what was acknowledged survives
 * kill -9 and power loss.
 */
public final class SqliteStore {
  private static final int BUSY_TIMEOUT_MS = 10_000;

  private SqliteStore() {}

  /**
   * Opens the file, makes it if it is absent, and brings its schema to this version.
   *
   * @throws StoreException {@code DB_NOT_SQLITE}, {@code DB_NEWER}, {@code DB_FOREIGN} or {@code
   *     DB_OPEN}; the file is then as it was
   */
  public static Store open(Path file) {
    return open(file, SqliteSchema::migrate);
  }

  /**
   * Opens the file of a server that may be running.
   *
   * @throws StoreException {@code DB_OLDER} as well: it is of another version's schema
   */
  public static Store openBesideServer(Path file) {
    return open(file, SqliteSchema::requireCurrent);
  }

  private static Store open(Path file, BiConsumer<DataSource, Path> schema) {
    SqliteSchema.requireSqlite(file);
    SQLiteDataSource source = source(file, SQLiteConfig.TransactionMode.DEFERRED);
    Handle writing = null;
    try {
      // It never has to give up a transaction because a command has written meanwhile.
      Jdbi jdbi =
          SqlStore.parsingOnce(Jdbi.create(source(file, SQLiteConfig.TransactionMode.IMMEDIATE)));
      writing = jdbi.setStatementBuilderFactory(_ -> new KeptStatements()).open();
      if (!SqliteSchema.isCurrent(writing.getConnection())) {
        schema.accept(source, file);
      }
      HikariConfig readers = new HikariConfig();
      readers.setDataSource(source);
      return new SqlStore(new SqliteWriting(writing, new SqliteTrouble(file)), readers);
    } catch (RuntimeException e) {
      if (writing != null) {
        writing.close();
      }
      if (e instanceof StoreException refusal) {
        throw refusal;
      }
      StoreException library = SqliteTrouble.withoutLibrary(e);
      throw library != null
          ? library
          : new StoreException("DB_OPEN", file + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private static SQLiteDataSource source(Path file, SQLiteConfig.TransactionMode mode) {
    SQLiteConfig config = new SQLiteConfig();
    config.setTransactionMode(mode);
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    config.enforceForeignKeys(true);
    config.setGetGeneratedKeys(false); // it would ask for the last id after each statement
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    return source;
  }
}
