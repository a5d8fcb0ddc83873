package dev.pullcord.server.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.sql.SqlStore;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Types;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens connections, and says what PostgreSQL, or the way to it, did not do. */
final class PostgresConnections {
  private static final int CAUSES_MAX = 20;
  private static final int CLASS_LENGTH = 2;
  private static final int READER_WAITS_MS = 2_000;
  private static final int BRIEF_SECONDS = 5;
  private static final String DISK_FULL = "53100";
  private static final String LOCK_TIMEOUT = "55P03";

  /** No connection; wrong role or password; no such database; what it has too few of; it stops. */
  private static final Set<String> AWAY = Set.of("08", "28", "3D", "53", "57", "58");

  /** A standby that does not write; a lock that did not come in time. */
  private static final Set<String> AWAY_NOW = Set.of("25006", "25P03", LOCK_TIMEOUT);

  private final PostgresAddress address;
  private final PGSimpleDataSource source;

  PostgresConnections(PostgresAddress address) {
    this.address = address;
    this.source = address.source();
  }

  PostgresAddress address() {
    return address;
  }

  /** A connection that writes and whose commits are on disk. */
  Handle open() {
    try {
      Handle handle = jdbi(source).open();
      handle.execute(
          "select set_config('synchronous_commit', 'on', false)"
              + " where current_setting('synchronous_commit') = 'off'");
      return handle;
    } catch (RuntimeException e) {
      throw explained(e);
    }
  }

  /** Does something short on a connection of its own, which does not wait long. */
  static <T> T brief(PostgresAddress address, Function<Handle, T> work) {
    PostgresConnections connections = new PostgresConnections(address);
    connections.source.setSocketTimeout(BRIEF_SECONDS);
    try (Handle handle = connections.open()) {
      return work.apply(handle);
    } catch (RuntimeException e) {
      throw connections.explained(e);
    }
  }

  /** Whether a lock did not come in time. */
  static boolean isLockTimeout(RuntimeException failure) {
    SQLException cause = cause(failure);
    return cause != null && LOCK_TIMEOUT.equals(cause.getSQLState());
  }

  /** How a reader connects: each transaction sees one moment. */
  HikariConfig readers() {
    HikariConfig pool = new HikariConfig();
    pool.setDataSource(source);
    pool.setReadOnly(true);
    pool.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
    pool.setConnectionTimeout(READER_WAITS_MS);
    return pool;
  }

  /** PostgreSQL's text takes no NUL, which the output of an action can have. */
  private static Jdbi jdbi(DataSource source) {
    return SqlStore.parsingOnce(Jdbi.create(source)).registerArgument(new TextWithoutNul());
  }

  /** The failure in the store's words, if the database or the way to it is at fault. */
  RuntimeException explained(RuntimeException failure) {
    if (failure instanceof StoreException) {
      return failure;
    }
    SQLException cause = cause(failure);
    if (cause == null) {
      return failure;
    }
    String state = String.valueOf(cause.getSQLState());
    if (state.equals(DISK_FULL)) {
      return new StoreException(
          DiskTrouble.FULL.code(), "the disk of the database is full: make room on it", failure);
    }
    boolean away =
        cause instanceof SQLTransientConnectionException
            || AWAY_NOW.contains(state)
            || (state.length() > CLASS_LENGTH && AWAY.contains(state.substring(0, CLASS_LENGTH)));
    return away ? away(cause) : failure;
  }

  StoreException away(SQLException cause) {
    return new StoreException(
        StoreException.AWAY, awayText(String.valueOf(cause.getMessage())), cause);
  }

  /** The sentence that all hear who ask meanwhile. */
  String awayText(String why) {
    return "the server's database does not answer ("
        + why.lines().findFirst().orElse("")
        + "); nothing was kept, ask again when it is back: "
        + address;
  }

  private static final class TextWithoutNul extends AbstractArgumentFactory<String> {
    TextWithoutNul() {
      super(Types.VARCHAR);
    }

    @Override
    protected Argument build(String value, ConfigRegistry config) {
      return (position, statement, context) ->
          statement.setString(position, value.replace('\0', '\ufffd'));
    }
  }

  /** What the database's driver, or SQLite's, threw; null if it was neither. */
  static @Nullable SQLException cause(Throwable failure) {
    Throwable cause = failure;
    SQLException found = null;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      if (cause instanceof SQLException sql) {
        found = sql;
        if (sql.getSQLState() != null) {
          return sql;
        }
      }
      cause = cause.getCause();
    }
    return found;
  }
}
