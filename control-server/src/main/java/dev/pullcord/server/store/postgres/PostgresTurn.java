package dev.pullcord.server.store.postgres;

import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's turn to have the store. It waits in the database for the lock of the one that has it,
 * so that it is next as soon as that one's session ends. A server that is paused, or cut off from
 * the database, keeps its session and renews its lease no more: when the lease is over, the session
 * is ended from here. Only the database's clock decides that.
 *
 * <p>The one that was replaced may not know it. Its number is over, and with it each transaction.
 */
public final class PostgresTurn {
  /** So long after its last renewal a server has the store; each of its transactions renews it. */
  public static final Duration LEASE = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int AFTER_LEASE_MS = 20;
  private static final Logger LOG = LoggerFactory.getLogger(PostgresTurn.class);

  private final PostgresConnections connections;
  private final String name;
  private final @Nullable String id;
  private final StoreServer self;
  private final Duration lease;
  private volatile Holder holder = new Holder("nobody", "", "");
  private @Nullable Handle handle;

  /**
   * Who has the store.
   *
   * @param name in words, with host and process
   * @param people the address of its people's port; empty where it is not known
   * @param agents the same of its agents' port
   */
  public record Holder(String name, String people, String agents) {}

  /**
   * A turn that has not been taken.
   *
   * @param name what others are told of this server when it has the store
   * @param id which store is expected; null takes an empty database as well
   * @param self how others find this server
   */
  public PostgresTurn(PostgresAddress address, String name, @Nullable String id, StoreServer self) {
    this(address, name, id, self, LEASE);
  }

  /** The same, where a lease is over sooner. */
  PostgresTurn(
      PostgresAddress address, String name, @Nullable String id, StoreServer self, Duration lease) {
    this.lease = lease;
    this.connections = new PostgresConnections(address);
    this.name = name;
    this.id = id;
    this.self = self;
  }

  /**
   * Takes the store and brings its schema to this version, if the one that has it ends within two
   * seconds, or its lease is over. Returns as soon as a lease could be over. To be called again and
   * again.
   *
   * @return empty while another server has it
   * @throws StoreException as when a store is opened
   */
  public Optional<Store> take() {
    try {
      Handle open = handle == null ? connect() : handle;
      boolean leased = PostgresServers.isThere(open);
      if (leased) {
        PostgresServers.note(open, self); // a database that keeps nothing now ends nobody's lease
      }
      Duration patience = leased ? endStale(open) : PATIENCE;
      if (!locked(open, patience)) {
        holder = holder(open, leased);
        return Optional.empty();
      }
      open.execute("reset lock_timeout");
      PostgresWriting writing =
          PostgresWriting.begun(connections, open, new PostgresWriting.Mine(name, self), id);
      handle = null;
      return Optional.of(PostgresStore.opened(connections, writing));
    } catch (RuntimeException e) {
      drop();
      throw connections.explained(e);
    }
  }

  /** Who had it when this was last asked. */
  public Holder holder() {
    return holder;
  }

  private Handle connect() {
    Handle open = connections.open();
    handle = open;
    PostgresSchema.requireFit(open, connections.address());
    PostgresWriting.requireStore(open, id, connections.address());
    return open;
  }

  /**
   * Ends the session of a lease that is over; each condition is judged before the first one is
   * ended. A session that did something lately may be one that was opened again a moment ago, and
   * renews the lease with its next transaction.
   *
   * @return how long it is worth to wait for the lock: when the lease is over, this looks again
   */
  private Duration endStale(Handle open) {
    long left = PATIENCE.toMillis();
    List<Judged> all =
        open.select(
                "with judged as materialized (select holder, pid,"
                    + " greatest(renewed, coalesce(state_change, backend_start, renewed))"
                    + " + ? * interval '1 millisecond' - now() as rest from store_holder, pg_locks"
                    + " left join pg_stat_activity using (pid) where "
                    + PostgresWriting.LOCKED
                    + ") select holder, floor(extract(epoch from rest) * 1000)::bigint as rest,"
                    + " case when rest < interval '0' then pg_terminate_backend(pid) end"
                    + " from judged",
                lease.toMillis())
            .map((row, _) -> new Judged(row.getString("holder"), row.getLong("rest")))
            .list();
    for (Judged one : all) {
      if (one.rest() < 0) {
        LOG.warn(
            "{} has not renewed its lease for {} s; its session is ended",
            one.holder(),
            lease.toSeconds());
      } else {
        left = Math.min(left, one.rest() + AFTER_LEASE_MS);
      }
    }
    return Duration.ofMillis(left);
  }

  private record Judged(String holder, long rest) {}

  private static boolean locked(Handle open, Duration patience) {
    open.execute("set lock_timeout = " + patience.toMillis());
    try {
      open.select("select pg_advisory_lock(?)", PostgresWriting.LOCK).mapToMap().one();
      return true;
    } catch (RuntimeException e) {
      if (PostgresConnections.isLockTimeout(e)) {
        return false;
      }
      throw e;
    }
  }

  /** A server that has the addresses of this one is no other place to go to. */
  private Holder holder(Handle open, boolean leased) {
    if (!leased) {
      return new Holder(PostgresWriting.holder(open), "", "");
    }
    return open.select(
            "select holder, coalesce(people_url, '') as people, coalesce(agents_url, '') as agents"
                + " from store_holder"
                + " left join store_servers on agents_url = server and agents_url <> ?",
            self.agents())
        .map((row, _) ->
            new Holder(row.getString("holder"), row.getString("people"), row.getString("agents")))
        .one();
  }

  private void drop() {
    Handle open = handle;
    handle = null;
    if (open != null) {
      open.close();
    }
  }
}
