package dev.pullcord.cli.config;

import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.protocol.api.ServersView;
import dev.pullcord.protocol.channel.ServerEvent;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Keeps in the logins of a server where else its fleet is found, and by which keys. */
public final class LoginServers {
  private final LoginStore store;

  /** Keeps them in this store. */
  public LoginServers(LoginStore store) {
    this.store = store;
  }

  /** Keeps the servers that one of them told of. Says what went wrong, if anything. */
  public Optional<String> keep(ServerUrl address, ServersView told) {
    List<String> urls =
        told.servers().stream()
            .map(ServersView.Server::url)
            .filter(Objects::nonNull)
            .flatMap(url -> parsed(url, address).stream())
            .filter(url -> !url.equals(address))
            .map(ServerUrl::url)
            .distinct()
            .limit(ServerEvent.Servers.MOST)
            .toList();
    return change(address, login -> login.with(urls, login.fingerprints()));
  }

  /**
   * Keeps the keys that another server of that fleet has or vouches for, beside those of before.
   */
  public Optional<String> vouched(ServerUrl address, PinnedTrust.Learned elsewhere) {
    return change(
        address,
        login -> {
          TreeSet<String> all = new TreeSet<>(login.fingerprints());
          all.addAll(elsewhere.now().all());
          all.remove(String.valueOf(login.fingerprint()));
          all.remove(String.valueOf(login.nextFingerprint()));
          return login.with(login.urls(), List.copyOf(all));
        });
  }

  /** Those that a login has; what was damaged in it is left out. */
  static List<ServerUrl> of(Login login, ServerUrl address) {
    return login.urls().stream().flatMap(url -> parsed(url, address).stream()).toList();
  }

  /** An address to which the token may go: encrypted where that of the login is. */
  private static Optional<ServerUrl> parsed(String url, ServerUrl address) {
    try {
      return Optional.of(ServerUrl.parse(url)).filter(u -> u.encrypted() || !address.encrypted());
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // one address fewer; the others do
    }
  }

  private Optional<String> change(ServerUrl address, UnaryOperator<Login> change) {
    try {
      Logins before = store.read();
      if (changed(before, address, change).equals(before)) {
        return Optional.empty();
      }
      store.change(logins -> changed(logins, address, change));
      return Optional.empty();
    } catch (Failure e) {
      return Optional.of("the other servers of " + address + " are learned again: " + e.line());
    }
  }

  private static Logins changed(Logins logins, ServerUrl address, UnaryOperator<Login> change) {
    TreeMap<String, Login> contexts = new TreeMap<>(logins.contexts());
    contexts.replaceAll((_, l) -> l.url().equals(address.url()) ? change.apply(l) : l);
    return new Logins(logins.current(), contexts);
  }
}
