package dev.pullcord.server.security.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Where a request comes from, as far as limits go: one customer of a provider. */
public final class ClientNetwork {
  private static final int NETWORK_BYTES = 8;

  private ClientNetwork() {}

  /** An IPv4 address stands for itself, an IPv6 address for its /64. */
  public static String of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] network = Arrays.copyOf(address.getAddress(), NETWORK_BYTES);
    return HexFormat.ofDelimiter(":").formatHex(network).replaceAll("(..):(..)", "$1$2") + "::/64";
  }

  /** The same of an address as a request shows it; what is no address stands for itself. */
  public static String of(String shown) {
    try {
      return of(InetAddress.ofLiteral(shown.replaceAll("[\\[\\]]|%.*", "")));
    } catch (IllegalArgumentException _) {
      return shown;
    }
  }
}
