package dev.pullcord.server.peers;

import java.time.InstantSource;
import java.util.List;

/** A store that only one server has: this one. */
public final class OnlyServer implements KnownServers {
  private final String people;
  private final String agents;
  private final InstantSource clock;

  /** At those addresses. */
  public OnlyServer(String people, String agents, InstantSource clock) {
    this.people = people;
    this.agents = agents;
    this.clock = clock;
  }

  @Override
  public List<KnownServer> all() {
    return List.of(new KnownServer(people, agents, true, clock.instant()));
  }
}
