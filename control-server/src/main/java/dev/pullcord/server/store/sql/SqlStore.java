package dev.pullcord.server.store.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;

/**
 * A store in a database that speaks SQL. One thread writes; a few platform threads read, because
 * some drivers hold a virtual thread's carrier.
 */
public final class SqlStore implements Store {
  private static final int READERS = 3;
  private static final long AWAY_NANOS = 1_000_000_000L;
  private static final SqlParser PARSER = new ColonPrefixSqlParser();

  private final WriteEngine engine;
  private final HikariDataSource readers;
  private final Jdbi reading;
  private final Writer writer;
  private final ExecutorService readerThreads = LastingThreads.pool("store-reader", READERS);

  private volatile @Nullable Away away;

  /** That a reader found no database: others need not wait for the same, for a moment. */
  private record Away(StoreException why, long until) {}

  /**
   * A store that has begun.
   *
   * @param engine writes, and is closed with the store
   * @param pool how readers connect, so that each transaction sees one moment
   */
  public SqlStore(WriteEngine engine, HikariConfig pool) {
    pool.setPoolName("store-readers");
    pool.setMaximumPoolSize(READERS);
    pool.setMinimumIdle(1);
    this.engine = engine;
    this.readers = new HikariDataSource(pool);
    this.reading = parsingOnce(Jdbi.create(readers));
    this.writer = new Writer(engine);
  }

  /** With this a statement is taken apart once, whichever connection runs it; that is slow. */
  public static Jdbi parsingOnce(Jdbi jdbi) {
    return jdbi.configure(SqlStatements.class, statements -> statements.setSqlParser(PARSER));
  }

  @Override
  public <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task) {
    return writer.submit(task);
  }

  @Override
  public <T extends @Nullable Object> T read(Task<T> task) {
    Away now = away;
    if (now != null && System.nanoTime() - now.until < 0) {
      throw now.why;
    }
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
        return task.run(new SqlTables(handle));
      } finally {
        handle.rollback();
      }
    } catch (RuntimeException e) {
      RuntimeException why = engine.explained(e);
      if (why instanceof StoreException found && found.code().equals(StoreException.AWAY)) {
        away = new Away(found, System.nanoTime() + AWAY_NANOS);
      }
      throw why;
    }
  }

  @Override
  public boolean keepsRepository() {
    return engine.keepsRepository();
  }

  @Override
  public void close() {
    writer.stop();
    readerThreads.shutdown();
    readers.close();
    engine.close();
  }
}
