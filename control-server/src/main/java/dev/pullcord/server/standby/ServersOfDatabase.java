package dev.pullcord.server.standby;

import dev.pullcord.server.peers.KnownServer;
import dev.pullcord.server.peers.KnownServers;
import dev.pullcord.server.store.postgres.SeenServer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers that were seen in the database lately, as agents and people are told of them. */
public final class ServersOfDatabase implements KnownServers {
  private static final Logger LOG = LoggerFactory.getLogger(ServersOfDatabase.class);

  private final Supplier<List<SeenServer>> seen;
  private final InstantSource clock;

  /** Those; the active one comes first. */
  public ServersOfDatabase(Supplier<List<SeenServer>> seen, InstantSource clock) {
    this.seen = seen;
    this.clock = clock;
  }

  @Override
  public List<KnownServer> all() {
    Instant now = clock.instant();
    return seen.get().stream().flatMap(s -> known(s, now).stream()).toList();
  }

  private static Optional<KnownServer> known(SeenServer seen, Instant now) {
    String people = seen.server().people();
    try {
      return Optional.of(
          new KnownServer(
              people.isEmpty() ? null : people,
              seen.server().agents(),
              seen.active(),
              now.minus(seen.ago())));
    } catch (IllegalArgumentException e) {
      LOG.debug("a row of the database is no server", e);
      return Optional.empty();
    }
  }
}
