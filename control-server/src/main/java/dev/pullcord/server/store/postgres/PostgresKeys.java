package dev.pullcord.server.store.postgres;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** The public keys of the servers of one database, and what they have signed for each other. */
public final class PostgresKeys {
  private PostgresKeys() {}

  /**
   * The public key of a port of a server.
   *
   * @param port {@code people} or {@code agents}
   * @param pin of the key
   * @param certificate that the server shows, PEM
   */
  public record Key(String port, String pin, String certificate) {}

  /**
   * That one key vouches for another.
   *
   * @param port of both servers
   * @param signer the pin of the key that vouches
   * @param subject the pin of the other one
   * @param certificate the voucher, PEM
   */
  public record Voucher(String port, String signer, String subject, String certificate) {}

  /**
   * All there are.
   *
   * @param keys of all servers that were ever here, those first that are used now
   * @param vouchers of them for each other
   */
  public record Kept(List<Key> keys, List<Voucher> vouchers) {
    /** Copies. */
    public Kept {
      keys = List.copyOf(keys);
      vouchers = List.copyOf(vouchers);
    }
  }

  /** Adds keys, which are used now, and vouchers that are not there, and says what is there. */
  public static Kept exchange(PostgresAddress address, Kept more) {
    return PostgresConnections.brief(
        address,
        handle -> {
          if (PostgresServers.isThere(handle)) {
            boolean seen = knowsWhenSeen(handle);
            add(handle, more, seen);
            return all(handle, seen);
          }
          return new Kept(List.of(), List.of());
        });
  }

  /** The schema of an older server, for which this one waits, does not. */
  private static boolean knowsWhenSeen(Handle handle) {
    return handle
        .select(
            "select exists (select from pg_attribute where attrelid = 'store_keys'::regclass"
                + " and attname = 'seen')")
        .mapTo(Boolean.class)
        .one();
  }

  private static void add(Handle handle, Kept more, boolean seen) {
    for (Key key : more.keys()) {
      handle.execute(
          "insert into store_keys (port, pin, certificate) values (?, ?, ?) on conflict"
              + (seen ? " (port, pin) do update set seen = now()" : " do nothing"),
          key.port(),
          key.pin(),
          key.certificate());
    }
    for (Voucher voucher : more.vouchers()) {
      handle.execute(
          "insert into store_vouchers (port, signer, subject, certificate) values (?, ?, ?, ?)"
              + " on conflict do nothing",
          voucher.port(),
          voucher.signer(),
          voucher.subject(),
          voucher.certificate());
    }
  }

  /**
   * Of those that are used the order is always the same, and of the others the last comes first.
   */
  private static Kept all(Handle handle, boolean seen) {
    String order =
        seen
            ? "case when seen > now() - interval '1 hour' then null else seen end desc nulls first,"
            : "";
    List<Key> keys =
        handle
            .select(
                "select port, pin, certificate from store_keys order by port, " + order + " pin")
            .map((row, _) ->
                new Key(row.getString("port"), row.getString("pin"), row.getString("certificate")))
            .list();
    List<Voucher> vouchers =
        handle
            .select(
                "select port, signer, subject, certificate from store_vouchers"
                    + " order by port, signer, subject")
            .map((row, _) ->
                new Voucher(
                    row.getString("port"),
                    row.getString("signer"),
                    row.getString("subject"),
                    row.getString("certificate")))
            .list();
    return new Kept(keys, vouchers);
  }
}
