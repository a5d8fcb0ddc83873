package dev.pullcord.server.store.postgres;

import dev.pullcord.base.host.SystemdNotify;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A migration that may have to wait until others have ended: keeps its lease, and says for whom.
 */
final class MigrationWait {
  private static final Logger LOG = LoggerFactory.getLogger(MigrationWait.class);

  /** A migration renews no lease; a server that is killed meanwhile loses its lock at once. */
  private static final String MIGRATES = "10 minutes";

  private static final String OTHERS =
      "select coalesce(string_agg(distinct coalesce(nullif(application_name, ''), usename, '?')"
          + " || ' (pid ' || pid || ')', ', '), '')"
          + " from pg_locks join pg_stat_activity using (pid)"
          + " where locktype = 'relation' and granted and pid <> pg_backend_pid()"
          + " and database = (select oid from pg_database where datname = current_database())"
          + " and relation in (select oid from pg_class"
          + " where relkind = 'r' and relnamespace = current_schema()::regnamespace)";

  private final Handle locked;
  private final String holder;
  private String said = "";

  /**
   * One that has not waited yet.
   *
   * @param locked has the store
   * @param holder who has it, in words
   */
  MigrationWait(Handle locked, String holder) {
    this.locked = locked;
    this.holder = holder;
  }

  /** From now on the others wait for long. */
  void renew() {
    if (PostgresServers.isThere(locked)) {
      locked.execute(
          "update store_holder set renewed = now() + interval '" + MIGRATES + "', holder = ?",
          holder);
    }
  }

  /** It could not be done yet. */
  void look() {
    SystemdNotify.alive(LOG::warn);
    renew();
    String others = locked.select(OTHERS).mapTo(String.class).one();
    if (!others.isEmpty() && !others.equals(said)) {
      said = others;
      LOG.warn(
          "the database gets this version's schema when these have ended, which use its tables: {}",
          others);
    }
  }

  /** For whom it waited, as it was said last; empty where it did not. */
  String said() {
    return said;
  }
}
