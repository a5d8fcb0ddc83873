package dev.pullcord.cli.config;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerCredentials;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.client.tls.Fingerprint;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.Quoted;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which server is spoken to. The environment wins over what was stored; a stored token and
 * a stored key are for the server they were stored with and are never used with another.
 */
public final class Access {
  private final Map<String, String> environment;
  private final LoginStore store;

  /** From an environment and a store. */
  public Access(Map<String, String> environment, LoginStore store) {
    this.environment = environment;
    this.store = store;
  }

  /**
   * The server and what it takes, or a {@link Failure} that says how to sign in.
   *
   * @param context the login that was named on the command line; null for the current one
   */
  public ServerCredentials resolve(@Nullable String context) {
    String url = variable("PULLCORD_URL");
    String token = variable("PULLCORD_TOKEN");
    String fingerprint = variable("PULLCORD_FINGERPRINT");
    boolean complete = context == null && url != null && token != null && fingerprint != null;
    Logins stored = complete ? Logins.NONE : store.read();
    Login login = null;
    if (context != null) {
      login = stored.need(context);
      refuseTwoServers(context, login, url);
    } else if (url == null) {
      login = stored.inUse().orElseThrow(() -> notSignedIn(stored));
    }
    ServerUrl address =
        login == null
            ? address(String.valueOf(url))
            : stored(login, context != null ? context : stored.current());
    if (login == null) {
      login = stored.at(address).orElse(null);
    }
    if (token == null) {
      if (login == null) {
        throw new Failure(
            ExitCode.REFUSED,
            "not signed in to %s: run pullcord login %s, or set PULLCORD_TOKEN"
                .formatted(address, address));
      }
      token = login.token();
    }
    String next = null;
    Set<String> others = Set.of();
    if (fingerprint == null && login != null) {
      fingerprint = login.fingerprint();
      next = login.nextFingerprint();
      others = Set.copyOf(login.fingerprints());
    }
    checkToken(token);
    ServerCredentials.Elsewhere elsewhere =
        login == null
            ? ServerCredentials.Elsewhere.NOWHERE
            : new ServerCredentials.Elsewhere(LoginServers.of(login, address), others);
    return new ServerCredentials(
        address, token, key(address, fingerprint), key(address, next), elsewhere);
  }

  private static Failure notSignedIn(Logins stored) {
    return new Failure(
        ExitCode.REFUSED,
        stored.contexts().isEmpty()
            ? "not signed in: run pullcord login https://HOST:8420, or set PULLCORD_URL"
                + " and PULLCORD_TOKEN"
            : "no context is chosen: run pullcord contexts use NAME, or give -c NAME; there are "
                + String.join(", ", stored.contexts().keySet()));
  }

  /** The environment wins, so a name beside it would be ignored: on the wrong fleet perhaps. */
  private static void refuseTwoServers(String context, Login login, @Nullable String url) {
    if (url != null && !address(url).url().equals(login.url())) {
      throw Failure.usage(
          "-c %s is %s, and PULLCORD_URL is %s: leave out -c, or unset PULLCORD_URL"
              .formatted(context, login.url(), address(url)));
    }
  }

  /** Refuses a token that could not be sent, without showing it. */
  public static void checkToken(String token) {
    if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw Failure.usage("the token is not one: visible ASCII characters without spaces expected");
    }
  }

  private ServerUrl stored(Login login, @Nullable String context) {
    return login
        .address()
        .orElseThrow(() ->
            Failure.usage(
                "%s is damaged (context %s: %s is no server's address): run pullcord logout -c %s"
                        .formatted(store.file(), context, Quoted.of(login.url()), context)
                    + ", then pullcord login"));
  }

  /** Reads an address that a person gave. */
  public static ServerUrl address(String text) {
    try {
      return ServerUrl.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** Reads a fingerprint that a person gave; null for plain HTTP, which has no key. */
  public static @Nullable Fingerprint key(ServerUrl address, @Nullable String fingerprint) {
    if (fingerprint == null || !address.encrypted()) {
      return null;
    }
    try {
      return Fingerprint.parse(fingerprint);
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private @Nullable String variable(String name) {
    String value = environment.getOrDefault(name, "").strip();
    return value.isEmpty() ? null : value;
  }
}
