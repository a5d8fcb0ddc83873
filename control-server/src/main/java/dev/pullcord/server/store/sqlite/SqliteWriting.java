package dev.pullcord.server.store.sqlite;

import dev.pullcord.server.store.sql.WriteEngine;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection that writes into a SQLite file. */
final class SqliteWriting implements WriteEngine {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteWriting.class);

  private final Handle handle;
  private final SqliteTrouble trouble;

  SqliteWriting(Handle handle, SqliteTrouble trouble) {
    this.handle = handle;
    this.trouble = trouble;
  }

  @Override
  public Handle begin() {
    return handle.begin();
  }

  @Override
  public void commit() {
    handle.commit();
  }

  /** SQLite ends a transaction by itself where the disk is full; the driver does not know that. */
  @Override
  public void rollback() {
    try {
      if (handle.isInTransaction()) {
        handle.rollback();
      }
    } catch (RuntimeException e) {
      LOG.debug("nothing was left to roll back", e);
      try {
        handle.getConnection().setAutoCommit(true);
      } catch (SQLException again) {
        LOG.error("the store's connection cannot be brought back to order", again);
      }
    }
  }

  @Override
  public RuntimeException explained(RuntimeException failure) {
    return trouble.explained(failure);
  }

  @Override
  public void close() {
    handle.close();
  }
}
