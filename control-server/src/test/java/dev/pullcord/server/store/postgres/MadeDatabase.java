package dev.pullcord.server.store.postgres;

import dev.pullcord.testkit.TestPostgres;
import java.sql.SQLException;

/**
 * Databases of {@link TestPostgres#shared} for tests that are not about how a store is made in one:
 * the tables are copied from one in which a store was made before. To make them takes twice the CPU
 * of the copy and of all that an opening does.
 */
public final class MadeDatabase {
  private MadeDatabase() {}

  /** Of a new store, which nobody has. */
  public static PostgresAddress address() {
    try {
      String url = TestPostgres.shared().copyOf(Made.WITHOUT_ROWS.url());
      TestPostgres.shared()
          .sql(
              url,
              "update store_holder set store_id = gen_random_uuid()::text, number = 0, batch = 0,"
                  + " holder = '', renewed = now()");
      return new PostgresAddress(url, null);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Made {
    static final PostgresAddress WITHOUT_ROWS = make();

    private static PostgresAddress make() {
      try {
        PostgresAddress made = new PostgresAddress(TestPostgres.shared().newDatabase(), null);
        PostgresStore.open(made, "x", null).close();
        return made;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
