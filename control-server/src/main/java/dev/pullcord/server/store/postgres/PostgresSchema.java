package dev.pullcord.server.store.postgres;

import dev.pullcord.server.store.StoreException;
import java.util.Arrays;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;
import org.jdbi.v3.core.Handle;

/** Brings the database to this program's schema, or refuses and leaves it as it is. */
final class PostgresSchema {
  private static final int OLDEST = 16;
  private static final int PER_VERSION = 10_000;

  /** How many migrations this version has, and the sum of their checksums as Flyway notes them. */
  private static final int MIGRATIONS = 7;

  private static final long CHECKSUMS = 2_256_886_080L;

  private static final int WAITS_MS = 2000;

  private PostgresSchema() {}

  /** Refuses a database that cannot hold a store. */
  static void requireFit(Handle handle, PostgresAddress address) {
    int version =
        handle
                .select("select current_setting('server_version_num')::integer")
                .mapTo(Integer.class)
                .one()
            / PER_VERSION;
    if (version < OLDEST) {
      throw new StoreException(
          "DB_VERSION",
          address + " is PostgreSQL " + version + "; " + OLDEST + " or newer is expected");
    }
    String encoding =
        handle.select("select current_setting('server_encoding')").mapTo(String.class).one();
    if (!encoding.equals("UTF8")) {
      throw new StoreException(
          "DB_ENCODING",
          address
              + " has the encoding "
              + encoding
              + "; UTF8 is expected: createdb --encoding=UTF8 --template=template0");
    }
  }

  /** Whether there are tables of a store. */
  static boolean isThere(Handle handle) {
    return handle
        .select("select to_regclass('store_holder') is not null")
        .mapTo(Boolean.class)
        .one();
  }

  /**
   * Whether the database says that it has each migration of this version, and no other. That is so
   * at nearly every start, and Flyway takes far longer to find it out.
   */
  static boolean isCurrent(Handle handle) {
    boolean noted =
        handle
            .select("select to_regclass('flyway_schema_history') is not null")
            .mapTo(Boolean.class)
            .one();
    return noted
        && handle
            .select(
                "select count(*) = ? and sum(checksum) = ? and bool_and(success)"
                    + " from flyway_schema_history",
                MIGRATIONS,
                CHECKSUMS)
            .mapTo(Boolean.class)
            .one();
  }

  /**
   * Brings the schema to this version. Where somebody has a table for long, as a dump does, it
   * waits a moment for him, and lets others have the table before it tries again.
   *
   * @param inVain is run after each try that came to nothing because of that
   */
  static void migrate(PostgresAddress address, Runnable inVain) {
    boolean done = false;
    while (!done) {
      try {
        run(address, true);
        done = true;
      } catch (StoreException e) {
        if (!PostgresConnections.isLockTimeout(e)) {
          throw e;
        }
        inVain.run();
      }
    }
  }

  /** Refuses a schema that is not this version's, and changes nothing. */
  static void requireCurrent(PostgresAddress address) {
    run(address, false);
  }

  private static void run(PostgresAddress address, boolean mayChange) {
    try {
      Flyway flyway =
          Flyway.configure()
              .dataSource(address.migrating())
              .initSql("set lock_timeout = " + WAITS_MS)
              .locations("classpath:dev/pullcord/server/store/postgres")
              .validateMigrationNaming(true)
              .load();
      boolean newer =
          Arrays.stream(flyway.info().applied())
              .anyMatch(m -> m.getState() == MigrationState.FUTURE_SUCCESS);
      if (newer) {
        throw new StoreException(
            "DB_NEWER",
            address
                + " was written by a newer pullcord-server; install that version again, or restore"
                + " the dump that was made before the upgrade");
      }
      if (mayChange) {
        flyway.migrate();
      } else if (flyway.info().pending().length > 0) {
        throw new StoreException(
            "DB_OLDER",
            address
                + " is of an older pullcord-server than this command; start the server of this"
                + " version once, then try again");
      }
    } catch (FlywayException e) {
      if (new PostgresConnections(address).explained(e) instanceof StoreException away) {
        throw away;
      }
      throw new StoreException(
          "DB_FOREIGN",
          address + " cannot be brought to this version's schema: " + e.getMessage(),
          e);
    }
  }
}
