package dev.pullcord.client;

import dev.pullcord.client.tls.Fingerprint;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server, and what it takes to speak to it.
 *
 * @param address where it is
 * @param token the bearer token; never shown
 * @param fingerprint of the key that the server must show; null where the system's own list of
 *     authorities decides, and for plain HTTP
 * @param next of the key that the server will have; null where it has spoken of none
 * @param elsewhere where the same fleet is found when this server is gone
 */
public record ServerCredentials(
    ServerUrl address,
    String token,
    @Nullable Fingerprint fingerprint,
    @Nullable Fingerprint next,
    Elsewhere elsewhere) {
  /** Those of a server that has spoken of no other key. */
  public ServerCredentials(ServerUrl address, String token, @Nullable Fingerprint fingerprint) {
    this(address, token, fingerprint, null, Elsewhere.NOWHERE);
  }

  /**
   * The other servers of the same fleet.
   *
   * @param addresses of their people's ports
   * @param pins of the keys that this fleet's servers vouch for, beside the next one
   */
  public record Elsewhere(List<ServerUrl> addresses, Set<String> pins) {
    /** There is one server. */
    public static final Elsewhere NOWHERE = new Elsewhere(List.of(), Set.of());

    /** Copies. */
    public Elsewhere {
      addresses = List.copyOf(addresses);
      pins = Set.copyOf(pins);
    }
  }

  @Override
  public String toString() {
    return "ServerAccess[" + address + "]";
  }
}
