package dev.pullcord.server.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By which names others find this server.
 *
 * @param advertise the host name that join commands show to new nodes; null to find one
 * @param hosts further names that the people's port answers to
 */
public record ServerNames(@Nullable String advertise, List<String> hosts) {
  /** None is configured: the certificates and the addresses say them. */
  public static final ServerNames FOUND = new ServerNames(null, List.of());

  /** Copies. */
  public ServerNames {
    hosts = List.copyOf(hosts);
  }
}
