package dev.pullcord.agent.http;

import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.protocol.id.Quoted;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the server's agents' port is and which key it must have.
 *
 * @param url {@code https://HOST:PORT}, without a path
 * @param pins of its keys: SHA-256 of the public key, 64 hex digits
 */
public record ServerAddress(String url, PinnedTrust.ServerPins pins) {
  private static final Pattern PIN = Pattern.compile("[0-9a-f]{64}");

  /** Refuses everything else with an {@link IllegalArgumentException}. */
  public ServerAddress {
    url = checked(url);
    pins.all().forEach(ServerAddress::check);
  }

  /** One that vouches for no other key. */
  public ServerAddress(String url, String pin) {
    this(url, new PinnedTrust.ServerPins(pin, null));
  }

  private static void check(String pin) {
    if (!PIN.matcher(pin).matches()) {
      throw new IllegalArgumentException(
          "CONFIG_PIN  "
              + Quoted.of(pin)
              + " is not a key pin: 64 hex digits expected; join again");
    }
  }

  /** The URL in its one form, without a slash at the end. */
  public static String checked(String url) {
    URI uri;
    try {
      uri = URI.create(url.strip());
    } catch (IllegalArgumentException e) {
      throw refused(url, "not a URL", e);
    }
    if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
      throw refused(url, "not an https address", null);
    }
    if (uri.getRawUserInfo() != null) {
      // Not shown: what stands there may be a password.
      throw new IllegalArgumentException(
          "CONFIG_URL  the server's address has a user name in it — https://HOST:8421 expected");
    }
    String path = uri.getRawPath();
    boolean bare = path == null || path.isEmpty() || path.equals("/");
    if (!bare || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refused(url, "more than a host and a port", null);
    }
    int port = uri.getPort() < 0 ? 8421 : uri.getPort();
    return "https://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
  }

  private static IllegalArgumentException refused(
      String url, String what, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "CONFIG_URL  " + Quoted.of(url) + " is " + what + " — https://HOST:8421 expected", cause);
  }
}
