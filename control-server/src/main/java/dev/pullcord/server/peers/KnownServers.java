package dev.pullcord.server.peers;

import dev.pullcord.protocol.channel.ServerEvent;
import java.util.List;

/** Lists the servers of one store, from memory and at once. */
@FunctionalInterface
public interface KnownServers {
  /** All that are known, the active one first. */
  List<KnownServer> all();

  /** As many of them as anybody is told of. */
  default List<KnownServer> told() {
    return all().stream().limit(ServerEvent.Servers.MOST).toList();
  }

  /** Where agents find them; none where there is one server, which they have found already. */
  default List<String> forAgents() {
    List<KnownServer> told = told();
    return told.size() < 2 ? List.of() : told.stream().map(KnownServer::agents).toList();
  }
}
