package dev.pullcord.client;

import org.jspecify.annotations.Nullable;

/**
 * A server, and what it takes to speak to it.
 *
 * @param address where it is
 * @param token the bearer token; never shown
 * @param fingerprint of the key that the server must show; null where the system's own list of
 *     authorities decides, and for plain HTTP
 * @param next of the key that the server will have; null where it has spoken of none
 */
public record ServerCredentials(
    ServerUrl address,
    String token,
    @Nullable Fingerprint fingerprint,
    @Nullable Fingerprint next) {
  /** Those of a server that has spoken of no other key. */
  public ServerCredentials(ServerUrl address, String token, @Nullable Fingerprint fingerprint) {
    this(address, token, fingerprint, null);
  }

  @Override
  public String toString() {
    return "ServerAccess[" + address + "]";
  }
}
