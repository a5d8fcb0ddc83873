package dev.pullcord.server.store.postgres;

import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.sql.SqlStore;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The store in a PostgreSQL database, which one server at a time has. */
public final class PostgresStore {
  private PostgresStore() {}

  /**
   * Takes the store of that database, as a command does, and brings its schema to this version. A
   * server takes it by a {@link PostgresTurn}.
   *
   * @param holder who takes it, for the one that is refused while this one has it
   * @param id which store is expected there; null takes an empty database as well
   * @throws StoreException {@code DB_AWAY}, {@code DB_IN_USE}, {@code DB_OTHER}, {@code DB_NEWER},
   *     {@code DB_FOREIGN}, {@code DB_VERSION}, {@code DB_ENCODING} or {@code DB_PASSWORD}; the
   *     database is then as it was
   */
  public static Store open(PostgresAddress address, String holder, @Nullable String id) {
    PostgresConnections connections = new PostgresConnections(address);
    return opened(connections, PostgresWriting.take(connections, holder, id));
  }

  /**
   * Opens the store of a server that may be running.
   *
   * @throws StoreException {@code DB_OLDER} as well: it is of another version's schema
   */
  public static Store openBesideServer(PostgresAddress address) {
    PostgresConnections connections = new PostgresConnections(address);
    return opened(connections, PostgresWriting.beside(connections));
  }

  /**
   * Which store is in that database.
   *
   * @throws StoreException {@code DB_OTHER}: there is none
   */
  public static String id(PostgresAddress address) {
    PostgresConnections connections = new PostgresConnections(address);
    try (Handle handle = connections.open()) {
      if (!PostgresSchema.isThere(handle)) {
        throw new StoreException(
            "DB_OTHER",
            address
                + " has no store, and neither has the state directory; make a server first"
                + " (pullcord-server init), then move its store there");
      }
      return handle.select("select store_id from store_holder").mapTo(String.class).one();
    } catch (RuntimeException e) {
      throw connections.explained(e);
    }
  }

  static Store opened(PostgresConnections connections, PostgresWriting writing) {
    try {
      return new SqlStore(writing, connections.readers());
    } catch (RuntimeException e) {
      writing.close();
      throw connections.explained(e);
    }
  }
}
