package dev.pullcord.server.security.tls;

import dev.pullcord.protocol.id.Quoted;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The names and addresses by which this host may be reached, for its certificate. */
public final class CertificateNames {
  private static final Pattern DNS =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

  private CertificateNames() {}

  /**
   * Those that the certificate names: what was asked for, localhost and loopback, the host's name
   * and full name, and its addresses.
   */
  public static List<String> all(List<String> asked) {
    Set<String> names = new LinkedHashSet<>(asked);
    names.addAll(List.of("localhost", "127.0.0.1", "::1"));
    try {
      InetAddress self = InetAddress.getLocalHost();
      addName(names, self.getHostName());
      addName(names, self.getCanonicalHostName());
    } catch (UnknownHostException _) {
      // A host that cannot resolve its own name is reached by its addresses.
    }
    names.addAll(addresses());
    return List.copyOf(names);
  }

  /** Refuses what can be neither a host name nor an address. */
  public static void check(List<String> names) {
    for (String name : names) {
      if (!DNS.matcher(name).matches() && !name.matches("[0-9a-fA-F:.]{2,45}")) {
        throw new IllegalArgumentException(
            Quoted.of(name) + " is no host name and no address; --host NAME expected");
      }
    }
  }

  private static void addName(Set<String> names, String name) {
    if (DNS.matcher(name).matches()) {
      names.add(name);
    }
  }

  private static List<String> addresses() {
    List<String> addresses = new ArrayList<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        each.inetAddresses()
            .filter(a -> !a.isLinkLocalAddress())
            .map(a -> a.getHostAddress().replaceAll("%.*", ""))
            .forEach(addresses::add);
      }
    } catch (SocketException _) {
      return List.of();
    }
    return addresses;
  }
}
