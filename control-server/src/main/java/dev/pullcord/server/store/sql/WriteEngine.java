package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.StoreException;
import org.jdbi.v3.core.Handle;

/**
 * The connection that writes, and what one kind of database does in its own way. Only the writer's
 * thread calls it, except {@link #explained} and {@link #close}.
 */
public interface WriteEngine extends AutoCloseable {
  /**
   * Begins a transaction. A connection that was lost is opened again first.
   *
   * @throws StoreException if there is none now; what was to be written is not kept
   */
  Handle begin();

  /**
   * Makes what was written last.
   *
   * @throws StoreException {@link StoreException#UNKNOWN}: the connection broke before the answer
   *     came; {@link #keptUnknown} tells it later
   */
  void commit();

  /** Gives up the transaction, if there is one. */
  void rollback();

  /** The failure in the store's words, if the database or its disk is at fault; else as it is. */
  RuntimeException explained(RuntimeException failure);

  /** After a begin: whether the commit before it, of which no answer came, was kept. */
  default boolean keptUnknown() {
    return false;
  }

  /** Whether the git repository is in such a store, too. */
  default boolean keepsRepository() {
    return false;
  }

  @Override
  void close();
}
