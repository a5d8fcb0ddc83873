package dev.pullcord.server.http;

import dev.pullcord.protocol.id.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a port listens: {@code 127.0.0.1:8420}, {@code [::1]:8420}, {@code *:8420} for all
 * addresses.
 *
 * @param host a name or an address; {@code *} for all
 * @param port 0 for any that is free
 */
public record Address(String host, int port) {
  private static final Pattern SHAPE =
      Pattern.compile("(\\*|[A-Za-z0-9.-]{1,253}|\\[[0-9a-fA-F:.]{2,45}]):([0-9]{1,5})");
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "localhost|::1|(0:){7}1|127(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}");
  private static final int PORT_MAX = 65_535;

  /** Reads an address; an {@link IllegalArgumentException} says what is wrong with it. */
  public static Address parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > PORT_MAX) {
      throw new IllegalArgumentException(
          Quoted.of(text)
              + " is not an address; HOST:PORT expected, like 127.0.0.1:8420 or *:8420");
    }
    String host = matcher.group(1);
    return new Address(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        Integer.parseInt(matcher.group(2)));
  }

  /** Whether only this machine can connect. */
  public boolean loopback() {
    return LOOPBACK.matcher(host).matches();
  }

  /** Whether it listens on all addresses. */
  public boolean any() {
    return host.equals("*") || host.equals("0.0.0.0") || host.equals("::");
  }

  /** As it stands in a URL, for this machine. */
  public String urlHost() {
    return any() ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
