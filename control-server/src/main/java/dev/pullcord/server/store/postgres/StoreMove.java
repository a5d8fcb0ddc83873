package dev.pullcord.server.store.postgres;

import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.sql.RowCopy;
import dev.pullcord.server.store.sqlite.SqliteStore;
import dev.pullcord.server.store.sqlite.StoreCopy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** Copies a whole store from a SQLite file into a database, and from a database into a file. */
public final class StoreMove {
  private static final int SQLITE_ERROR = 1;

  /** No such table; no such column. */
  private static final Set<String> NO_SUCH = Set.of("42P01", "42703");

  /** Also those that this role may not read: what is not looked at would not be missed. */
  private static final String TABLES =
      "select tablename from pg_tables where schemaname = current_schema()"
          + " and left(tablename, 6) <> 'store_' and tablename <> 'flyway_schema_history'"
          + " and left(tablename, 4) <> 'git_' order by tablename";

  private static final String NUMBERED =
      "select table_name from information_schema.columns where table_schema = current_schema()"
          + " and is_identity = 'YES' order by table_name";

  private static final String MIGRATION = "pullcord-server migrate-store";

  private StoreMove() {}

  /**
   * What was moved.
   *
   * @param id of the store that it has become
   * @param rows of each table
   */
  public record Moved(String id, Map<String, Long> rows) {
    /** Copies. */
    public Moved {
      rows = Map.copyOf(rows);
    }
  }

  /**
   * Takes a database without rows, for the repository to be copied into it before the rows are.
   *
   * @throws StoreException {@code DB_NOT_EMPTY}, or as when a store is opened
   */
  public static Store empty(Path file, PostgresAddress address) {
    SqliteStore.open(file).close(); // brings it to this version's schema, or refuses it
    try (Handle there = new PostgresConnections(address).open()) {
      if (PostgresSchema.isThere(there)) {
        requireEmpty(there, address);
      }
    }
    return PostgresStore.open(address, MIGRATION, null);
  }

  /**
   * What an earlier run moved that was ended behind its last act there, before anything on this
   * host said so: the database has the file's rows, all of them and no others, and the repository.
   * Empty where it has none of that, or something else.
   */
  public static Optional<Moved> done(Path file, PostgresAddress address) {
    SqliteStore.open(file).close();
    PostgresConnections connections = new PostgresConnections(address);
    try (Handle there = connections.open();
        Connection here = StoreCopy.rows(file)) {
      there.setTransactionIsolationLevel(TransactionIsolationLevel.REPEATABLE_READ);
      there.begin();
      // It waits while a large table of the file is read.
      there.execute("set local idle_in_transaction_session_timeout = 0");
      Optional<Moved> done = done(here, there);
      there.rollback();
      return done;
    } catch (SQLException e) {
      return lacking(file, connections, new IllegalStateException(e));
    } catch (RuntimeException e) {
      return lacking(file, connections, e);
    }
  }

  /**
   * Nothing, where one of the two is of another version, or no store at all: it is refused as such.
   *
   * @throws RuntimeException where the comparison failed of anything else: what the two have is not
   *     known then, and nothing says that they differ
   */
  private static Optional<Moved> lacking(
      Path file, PostgresConnections connections, RuntimeException failure) {
    if (lacks(failure)) {
      return Optional.empty();
    }
    RuntimeException why = connections.explained(failure);
    SQLException cause = PostgresConnections.cause(failure);
    if (why instanceof StoreException || cause == null) {
      throw why;
    }
    if (cause.getSQLState() == null) {
      throw StoreCopy.unread(file, failure);
    }
    throw new StoreException(
        "DB_COPY",
        "%s cannot be compared with %s: %s; nothing was changed: mend that, then run %s again"
            .formatted(file, connections.address(), cause.getMessage(), MIGRATION),
        failure);
  }

  /** Whether one of the two has no such table or column, in PostgreSQL's words or SQLite's. */
  private static boolean lacks(Exception e) {
    SQLException cause = PostgresConnections.cause(e);
    String state = cause == null ? null : cause.getSQLState();
    return cause != null
        && (state == null ? cause.getErrorCode() == SQLITE_ERROR : NO_SUCH.contains(state));
  }

  private static Optional<Moved> done(Connection here, Handle there) throws SQLException {
    if (!PostgresSchema.isThere(there) || filled(there).isEmpty()) {
      return Optional.empty();
    }
    RowCopy copy = new RowCopy(here, there.getConnection());
    List<String> tables = tables(there);
    boolean whole =
        copy.isSame(tables)
            && there.select("select count(*) = 1 from git_repository").mapTo(Boolean.class).one();
    return whole ? Optional.of(new Moved(id(there), copy.counts(tables))) : Optional.empty();
  }

  private static String id(Handle there) {
    return there.select("select store_id from store_holder").mapTo(String.class).one();
  }

  /**
   * Copies the file's rows into a database without rows: all of them, or none. The file stays.
   *
   * @param repository the name of the one whose branches and packs are there already
   * @throws StoreException {@code DB_NOT_EMPTY}, or as when a store is opened
   */
  public static Moved intoDatabase(Path file, PostgresAddress address, String repository) {
    PostgresConnections connections = new PostgresConnections(address);
    PostgresWriting writing = PostgresWriting.take(connections, MIGRATION, null);
    try (writing;
        Connection from = StoreCopy.rows(file)) {
      Handle to = writing.begin();
      requireEmpty(to, address);
      to.execute("set constraints all deferred");
      Map<String, Long> rows = new RowCopy(from, to.getConnection()).copy(tables(to));
      numbersGoOn(from, to);
      to.execute("insert into git_repository (name) values (?)", repository);
      String id = id(to);
      writing.commit();
      return new Moved(id, rows);
    } catch (RuntimeException e) {
      throw connections.explained(e);
    } catch (SQLException e) {
      throw connections.explained(failed(address, e));
    }
  }

  /**
   * Copies the database's rows, as they are at one moment, into a new file.
   *
   * @param file absent or empty
   */
  public static void intoFile(PostgresAddress address, Path file) {
    PostgresConnections connections = new PostgresConnections(address);
    PostgresSchema.requireCurrent(address);
    SqliteStore.open(file).close();
    try (Handle from = connections.open();
        Connection to = StoreCopy.rows(file)) {
      to.setAutoCommit(false);
      from.setTransactionIsolationLevel(TransactionIsolationLevel.REPEATABLE_READ);
      from.begin();
      new RowCopy(from.getConnection(), to).copy(tables(from));
      to.commit();
      from.rollback();
    } catch (RuntimeException e) {
      throw connections.explained(e);
    } catch (SQLException e) {
      throw connections.explained(failed(address, e));
    }
  }

  private static StoreException failed(PostgresAddress address, SQLException e) {
    return new StoreException(
        "DB_COPY", "the rows could not be copied (" + address + "): " + e.getMessage(), e);
  }

  private static List<String> tables(Handle handle) {
    return handle.select(TABLES).mapTo(String.class).list();
  }

  private static void requireEmpty(Handle there, PostgresAddress address) {
    Optional<String> table = filled(there);
    if (table.isPresent()) {
      throw new StoreException(
          "DB_NOT_EMPTY",
          address
              + " has rows already (table "
              + table.get()
              + "), which are not just those of this store; name an empty database: createdb NAME");
    }
  }

  /** A table that has rows. */
  private static Optional<String> filled(Handle there) {
    return tables(there).stream()
        .filter(table ->
            there
                .select(
                    table.equals("counters")
                        ? "select count(*) > 0 from counters where value > 0"
                        : "select count(*) > 0 from " + table)
                .mapTo(Boolean.class)
                .one())
        .findFirst();
  }

  /** Also numbers of rows that are gone are not given again. */
  private static void numbersGoOn(Connection from, Handle to) throws SQLException {
    for (String table : to.select(NUMBERED).mapTo(String.class).list()) {
      to.select(
              "select setval(pg_get_serial_sequence(?, 'id'), ?, false)",
              table,
              StoreCopy.newestNumber(from, table) + 1)
          .mapTo(Long.class)
          .one();
    }
  }
}
