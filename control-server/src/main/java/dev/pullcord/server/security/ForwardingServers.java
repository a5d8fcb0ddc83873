package dev.pullcord.server.security;

import dev.pullcord.protocol.id.NodeKeyId;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jetty.server.Request;

/**
 * The servers of this store. One that waits sends on what people ask of it, to the agents' port of
 * the active one: there its own key has proven which server it is, and it says for whom it asks.
 * Nobody else is believed.
 */
public final class ForwardingServers {
  /** In a request that is sent on: the address of the client. */
  public static final String CLIENT = "Pullcord-Client";

  /** In its answer: whose credentials were shown. It does not reach the client. */
  public static final String CALLER = "Pullcord-Caller";

  private final PeerKeys peers;
  private final Predicate<NodeKeyId> servers;

  /**
   * Those servers.
   *
   * @param peers how a connection's key is found
   * @param servers whether a key is that of a server's agents' port
   */
  public ForwardingServers(PeerKeys peers, Predicate<NodeKeyId> servers) {
    this.peers = peers;
    this.servers = servers;
  }

  /** No server sends anything on. */
  public static ForwardingServers none() {
    return new ForwardingServers(_ -> Optional.empty(), _ -> false);
  }

  /**
   * Another server's word for its client.
   *
   * @param server its key
   * @param client who asks
   */
  public record Word(NodeKeyId server, InetAddress client) {}

  /** Who asks, where one of them has sent the request on; empty where its word does not count. */
  public Optional<Word> word(Request request) {
    String shown = request.getHeaders().get(CLIENT);
    Optional<NodeKeyId> server = peers.of(request).filter(servers);
    if (shown == null || server.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Word(server.get(), InetAddress.ofLiteral(shown)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
