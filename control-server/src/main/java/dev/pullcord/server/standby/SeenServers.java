package dev.pullcord.server.standby;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.postgres.PostgresAddress;
import dev.pullcord.server.store.postgres.PostgresServers;
import dev.pullcord.server.store.postgres.SeenServer;
import dev.pullcord.server.store.postgres.StoreServer;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of this database, as they were when this one last said that it is there. While the
 * database is away nothing changes.
 */
public final class SeenServers {
  /** Between two looks. */
  public static final Duration EVERY = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(SeenServers.class);

  private final PostgresAddress database;
  private final StoreServer self;
  private final KeyVouchers keys;
  private volatile List<SeenServer> all = List.of();

  /** Nobody was seen yet. */
  public SeenServers(PostgresAddress database, StoreServer self, KeyVouchers keys) {
    this.keys = keys;
    this.database = database;
    this.self = self;
  }

  /**
   * Says that this server is there, vouches for the keys of the others, and sees them: nobody is
   * told of a server that cannot show why it is to be trusted.
   */
  public void look() {
    try {
      List<SeenServer> seen = PostgresServers.exchange(database, self);
      keys.exchange();
      all = seen;
    } catch (StoreException e) {
      LOG.debug("the servers are not seen now", e);
    }
  }

  /** Whether a key is that of a server's agents' port. */
  public boolean isServer(NodeKeyId key) {
    return keys.isServer(key.value());
  }

  /** The active one first. */
  public List<SeenServer> all() {
    return all;
  }
}
