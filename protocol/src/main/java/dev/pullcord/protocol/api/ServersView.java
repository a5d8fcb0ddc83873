package dev.pullcord.protocol.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/servers}: the servers of this store.
 *
 * @param servers the active one first, then the others by address; at most 16
 */
public record ServersView(List<Server> servers) {
  /** Copies. */
  public ServersView {
    servers = List.copyOf(servers);
  }

  /**
   * A server.
   *
   * @param url of its people's port; null where that is not known
   * @param agentsUrl of its agents' port
   * @param state whether it does the work, or waits for its turn
   * @param lastSeen when it last said that it is there
   */
  public record Server(
      @Nullable String url,
      String agentsUrl,
      @OneOf({"active", "standby"}) String state,
      Instant lastSeen) {}
}
