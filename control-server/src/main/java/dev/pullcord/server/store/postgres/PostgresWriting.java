package dev.pullcord.server.store.postgres;

import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.sql.WriteEngine;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection that writes, for the one server that has the store.
 *
 * <p>A lock of this connection's session says who has it: it ends with the session, whatever became
 * of the server. A lost session can end without its server's knowledge, so the lock alone does not
 * keep a stale server out. Each start takes the next number, and each transaction begins with the
 * row of that number, which counts transactions as well: without the row another server has the
 * store, and by the count it is known whether a commit without an answer was kept. Each transaction
 * renews the lease; {@link PostgresTurn} says what becomes of one that is not renewed.
 */
final class PostgresWriting implements WriteEngine {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresWriting.class);

  /** Of this database; "pullcord" in letters. */
  static final long LOCK = 0x70756c6c636f7264L;

  /** The row of {@code pg_locks} that says who has it. */
  static final String LOCKED =
      "locktype = 'advisory' and granted and objsubid = 1 and database ="
          + " (select oid from pg_database where datname = current_database())"
          + " and classid::bigint << 32 | objid::bigint = "
          + LOCK;

  private final PostgresConnections connections;
  private final @Nullable Long number;
  private @Nullable Handle handle;
  private long tried;
  private boolean kept;

  private PostgresWriting(
      PostgresConnections connections, @Nullable Long number, @Nullable Handle handle) {
    this.connections = connections;
    this.number = number;
    this.handle = handle;
  }

  /**
   * Takes the store and brings its schema to this version; waits some seconds for one that ends.
   *
   * @param holder what the next one is told that is refused
   * @param id which store is expected; null takes an empty database as well
   */
  static PostgresWriting take(PostgresConnections connections, String holder, @Nullable String id) {
    Handle handle = connections.open();
    try {
      PostgresSchema.requireFit(handle, connections.address());
      lock(handle, connections);
      return begun(connections, handle, new Mine(holder, new StoreServer("", "", "")), id);
    } catch (RuntimeException e) {
      handle.close();
      throw connections.explained(e);
    }
  }

  /**
   * Who takes the store.
   *
   * @param name in words
   * @param server its addresses; empty for a command, which has none
   */
  record Mine(String name, StoreServer server) {}

  /** Brings the schema to this version and takes the next number, where the lock is held. */
  static PostgresWriting begun(
      PostgresConnections connections, Handle locked, Mine mine, @Nullable String id) {
    requireStore(locked, id, connections.address());
    MigrationWait wait = new MigrationWait(locked, mine.name());
    wait.renew();
    if (!PostgresSchema.isCurrent(locked)) {
      PostgresSchema.migrate(connections.address(), wait::look);
    }
    if (!mine.server().agents().isEmpty()) {
      PostgresServers.note(locked, mine.server());
    }
    long number =
        locked
            .select(
                "update store_holder set number = number + 1, batch = 0, renewed = now(),"
                    + " holder = ?, server = ? returning number",
                mine.name(),
                mine.server().agents())
            .mapTo(Long.class)
            .one();
    return new PostgresWriting(connections, number, locked);
  }

  /** Writes beside the server that has the store, as a command does; it refuses another schema. */
  static PostgresWriting beside(PostgresConnections connections) {
    PostgresSchema.requireCurrent(connections.address());
    return new PostgresWriting(connections, null, null);
  }

  private static void lock(Handle handle, PostgresConnections connections) {
    try {
      handle.select("select pg_advisory_lock(?)", LOCK).mapToMap().one();
    } catch (RuntimeException e) {
      if (!(connections.explained(e) instanceof StoreException)) {
        throw e;
      }
      String holder = holder(handle);
      throw new StoreException(
          "DB_IN_USE",
          connections.address()
              + " is in use by "
              + holder
              + "; one server at a time can have a store: stop that one first",
          e);
    }
  }

  /** Who has the store, in words. */
  static String holder(Handle handle) {
    return PostgresSchema.isThere(handle)
        ? handle.select("select holder from store_holder").mapTo(String.class).one()
        : "a server that just begins";
  }

  static void requireStore(Handle handle, @Nullable String id, PostgresAddress address) {
    if (id == null) {
      return;
    }
    String there =
        PostgresSchema.isThere(handle)
            ? handle.select("select store_id from store_holder").mapTo(String.class).one()
            : "none";
    if (!there.equals(id)) {
      throw new StoreException(
          "DB_OTHER",
          address
              + (there.equals("none") ? " has no store" : " has another server's store")
              + ", and not the one of this state directory; see the address in server.yaml, or load"
              + " its dump into that database");
    }
  }

  @Override
  public Handle begin() {
    Handle open = handle == null ? again() : handle;
    open.begin();
    if (number != null) {
      long batch =
          open.select(
                  "update store_holder set batch = batch + 1, renewed = now() where number = ?"
                      + " returning batch",
                  number)
              .mapTo(Long.class)
              .findOne()
              .orElseThrow(() -> taken(open));
      kept = batch == tried + 1;
      tried = batch;
    }
    return open;
  }

  private Handle again() {
    Handle open = connections.open();
    handle = open;
    if (number == null) {
      return open;
    }
    boolean locked = open.select("select pg_try_advisory_lock(?)", LOCK).mapTo(Boolean.class).one();
    boolean mine =
        open.select("select number = ? from store_holder", number).mapTo(Boolean.class).one();
    if (!mine) {
      throw taken(open);
    }
    if (!locked) {
      drop();
      throw new StoreException(
          StoreException.AWAY,
          connections.awayText("it still waits for the connection that was lost"));
    }
    LOG.info("the database answers again");
    return open;
  }

  private StoreException taken(Handle open) {
    String holder = open.select("select holder from store_holder").mapTo(String.class).one();
    return new StoreException(
        StoreException.TAKEN,
        connections.address() + " was taken over by " + holder + "; this server writes no more");
  }

  @Override
  public boolean keptUnknown() {
    return kept;
  }

  @Override
  public boolean keepsRepository() {
    return true;
  }

  @Override
  public void commit() {
    try {
      open().commit();
    } catch (RuntimeException e) {
      if (connections.explained(e) instanceof StoreException) {
        throw new StoreException(
            StoreException.UNKNOWN,
            "the database went away before it said whether the change is kept; look before you"
                + " try again",
            e);
      }
      throw e;
    }
  }

  private Handle open() {
    Handle open = handle;
    if (open == null) {
      throw new IllegalStateException("no transaction was begun");
    }
    return open;
  }

  @Override
  public void rollback() {
    Handle open = handle;
    try {
      if (open != null && open.isInTransaction()) {
        open.rollback();
      }
    } catch (RuntimeException e) {
      LOG.debug("the connection is lost", e);
      drop();
    }
  }

  private void drop() {
    Handle open = handle;
    handle = null;
    if (open != null) {
      try {
        open.getConnection().close();
      } catch (SQLException e) {
        LOG.debug("a lost connection does not close", e);
      }
    }
  }

  @Override
  public RuntimeException explained(RuntimeException failure) {
    return connections.explained(failure);
  }

  @Override
  public void close() {
    drop();
  }
}
