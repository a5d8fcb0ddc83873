package dev.pullcord.server.http;

import dev.pullcord.server.security.ForwardingServers;
import java.util.function.BooleanSupplier;

/**
 * Holds what lets a request in before any route sees it.
 *
 * @param hosts the names that the people's port answers to
 * @param servers whose word for a client counts
 * @param current whether what this server knows is still so; if not, it only answers how it is
 */
public record RequestAdmission(
    KnownHosts hosts, ForwardingServers servers, BooleanSupplier current) {
  /** That of a server that knows what is so. */
  public RequestAdmission(KnownHosts hosts, ForwardingServers servers) {
    this(hosts, servers, () -> true);
  }
}
