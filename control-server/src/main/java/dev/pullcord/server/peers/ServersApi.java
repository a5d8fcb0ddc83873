package dev.pullcord.server.peers;

import dev.pullcord.protocol.api.ServersView;
import dev.pullcord.server.openapi.ApiRoute;
import java.util.List;

/** {@code /api/v1/servers}: where else people find this fleet. */
public final class ServersApi {
  private final KnownServers servers;

  /** Tells of those. */
  public ServersApi(KnownServers servers) {
    this.servers = servers;
  }

  /** Its route. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/servers", "The servers of this store, and which one is active.")
            .answers(ServersView.class, _ -> view()));
  }

  private ServersView view() {
    return new ServersView(
        servers.told().stream()
            .map(s ->
                new ServersView.Server(
                    s.people(), s.agents(), s.active() ? "active" : "standby", s.lastSeen()))
            .toList());
  }
}
