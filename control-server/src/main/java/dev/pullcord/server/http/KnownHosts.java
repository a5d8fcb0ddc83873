package dev.pullcord.server.http;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names under which the people's port answers: a page of somebody else's that has made its own
 * name lead here gets nothing. Loopback and the machine's addresses need not be listed.
 */
public final class KnownHosts {
  private final Set<String> names;

  /** These names and addresses, in whatever case. */
  public KnownHosts(Collection<String> names) {
    this.names = names.stream().map(KnownHosts::plain).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a request for that host is meant for this server. */
  boolean knows(String host) {
    String name = plain(host);
    return name.equals("localhost") || names.contains(name) || ours(name);
  }

  private static boolean ours(String name) {
    try {
      InetAddress address = InetAddress.ofLiteral(name);
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IllegalArgumentException | SocketException _) {
      return false;
    }
  }

  private static String plain(String host) {
    String name = host.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
