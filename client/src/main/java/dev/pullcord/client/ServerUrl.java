package dev.pullcord.client;

import dev.pullcord.protocol.id.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is: scheme, host and port, and a path where it stands behind a proxy. A token is
 * sent there, so plain HTTP is for this machine only.
 *
 * @param url without a slash at its end
 */
public record ServerUrl(String url) {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[(0{0,4}:)*:?0{0,3}1]");

  /** What a record has anyway is made by the Java machine at run time: 3 % of a short call. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServerUrl that && that.url.equals(url);
  }

  /** For the same reason. */
  @Override
  public int hashCode() {
    return url.hashCode();
  }

  /** Reads an address; an {@link IllegalArgumentException} says what is wrong with it. */
  public static ServerUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text.strip());
    } catch (URISyntaxException e) {
      throw refused(text, "not a URL", e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if ((!scheme.equals("https") && !scheme.equals("http")) || uri.getHost() == null) {
      throw refused(text, "not a server's address", null);
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "an address carries no user or password: the token is asked for, or read from"
              + " standard input");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refused(text, "more than a server's address", null);
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    if (scheme.equals("http") && !LOOPBACK.matcher(host).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(text)
              + " would send the token in the clear: https:// expected, plain http://"
              + " works on this machine only");
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    ServerUrl address = new ServerUrl(scheme + "://" + host + port + path);
    if (!ApiCalls.takes(address)) { // a port above 65535, for instance
      throw refused(text, "not a server's address", null);
    }
    return address;
  }

  private static IllegalArgumentException refused(
      String text, String what, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        Quoted.of(text) + " is " + what + ": https://HOST:8420 expected", cause);
  }

  /** Whether the server shows a certificate. */
  public boolean encrypted() {
    return url.startsWith("https://");
  }

  /** The host name or address, without brackets. */
  public String host() {
    return URI.create(url).getHost().replaceAll("[\\[\\]]", "");
  }

  /** The port, the scheme's own where none is written. */
  public int port() {
    int port = URI.create(url).getPort();
    return port < 0 ? (encrypted() ? 443 : 80) : port;
  }

  /** Where git finds a repository. */
  public String repository(String name) {
    return url + "/git/" + name + ".git";
  }

  @Override
  public String toString() {
    return url;
  }
}
