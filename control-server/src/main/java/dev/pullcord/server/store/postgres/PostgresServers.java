package dev.pullcord.server.store.postgres;

import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The table of the servers that use one database. */
public final class PostgresServers {
  private PostgresServers() {}

  /**
   * Says that this server is there, and asks which ones there are, on a connection of its own.
   *
   * @throws dev.pullcord.server.store.StoreException {@code DB_AWAY}
   */
  public static List<SeenServer> exchange(PostgresAddress address, StoreServer self) {
    return PostgresConnections.brief(
        address,
        handle -> {
          note(handle, self);
          handle.execute("delete from store_servers where seen < now() - interval '1 day'");
          return all(handle);
        });
  }

  /** Which ones there are, the active one first. */
  public static List<SeenServer> all(PostgresAddress address) {
    return PostgresConnections.brief(address, PostgresServers::all);
  }

  /** Whether the schema has the table: that of an older server has not. */
  static boolean isThere(Handle handle) {
    return handle
        .select("select to_regclass('store_servers') is not null")
        .mapTo(Boolean.class)
        .one();
  }

  static void note(Handle handle, StoreServer self) {
    handle.execute(
        "insert into store_servers (agents_url, people_url, version, seen) values (?, ?, ?, now())"
            + " on conflict (agents_url) do update set people_url = excluded.people_url,"
            + " version = excluded.version, seen = excluded.seen",
        self.agents(),
        self.people(),
        self.version());
  }

  private static List<SeenServer> all(Handle handle) {
    return handle
        .select(
            "select people_url, agents_url, version, agents_url = server as active,"
                + " extract(epoch from now() - seen)::bigint as ago"
                + " from store_servers, store_holder order by active desc, agents_url")
        .map((row, _) ->
            new SeenServer(
                new StoreServer(
                    row.getString("people_url"),
                    row.getString("agents_url"),
                    row.getString("version")),
                row.getBoolean("active"),
                Duration.ofSeconds(row.getLong("ago"))))
        .list();
  }
}
