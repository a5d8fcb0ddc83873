package dev.pullcord.cli.config;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.DidYouMean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All logins of one user, each under the name of its context.
 *
 * @param current the name of the context that is used when none is given; null when none is chosen
 * @param contexts the logins by name, in order of name
 */
public record Logins(@Nullable String current, SortedMap<String, Login> contexts) {
  /** No login at all. */
  public static final Logins NONE = new Logins(null, new TreeMap<>());

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  /** Copies. */
  public Logins {
    contexts = Collections.unmodifiableSortedMap(new TreeMap<>(contexts));
  }

  /** The login of a context; a {@link Failure} that names those that there are. */
  public Login need(String name) {
    Login login = contexts.get(name);
    if (login == null) {
      throw Failure.usage(
          "no context "
              + Quoted.of(name)
              + ": "
              + (contexts.isEmpty()
                  ? "pullcord login https://HOST:8420 makes one"
                  : "there are " + String.join(", ", contexts.keySet()))
              + DidYouMean.of(name, contexts.keySet()));
    }
    return login;
  }

  /** The login of the current context. */
  public Optional<Login> inUse() {
    return Optional.ofNullable(current).map(contexts::get);
  }

  /** The logins, the current one first. */
  public List<Login> currentFirst() {
    List<Login> all = new ArrayList<>(contexts.values());
    inUse()
        .ifPresent(used -> {
          all.remove(used);
          all.addFirst(used);
        });
    return all;
  }

  /** The login at a server; of several the current one, or the first by name. */
  public Optional<Login> at(ServerUrl address) {
    return currentFirst().stream().filter(l -> l.url().equals(address.url())).findFirst();
  }

  /**
   * The name for a login at a server: the name asked for; else the one that this server has; else
   * its host, with the port where the host is the name of another server.
   */
  public String nameFor(ServerUrl address, @Nullable String asked) {
    if (asked != null) {
      checkName(asked);
      Login other = contexts.get(asked);
      if (other != null && !other.url().equals(address.url())) {
        throw Failure.usage(
            "context "
                + asked
                + " is "
                + other.url()
                + ": give another name, or sign out there with pullcord logout -c "
                + asked);
      }
      return asked;
    }
    Login known = at(address).orElse(null);
    if (known != null) {
      return current != null && known.equals(contexts.get(current)) ? current : nameOf(known);
    }
    String host = nameOf(address);
    return contexts.containsKey(host) ? host + "-" + address.port() : host;
  }

  private String nameOf(Login login) {
    return contexts.entrySet().stream()
        .filter(e -> e.getValue().equals(login))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** The host of a server, as a name. */
  static String nameOf(ServerUrl address) {
    String host = address.host().replaceAll("[^A-Za-z0-9.-]", "-").replaceAll("^[.-]+", "");
    return host.isEmpty() ? "server" : host.substring(0, Math.min(host.length(), 57));
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw Failure.usage(
          Quoted.of(name) + " is no name of a context: up to 63 letters, digits, . _ - expected");
    }
  }

  /** These and one more, or another one in its place; it is the current one from now on. */
  public Logins with(String name, Login login) {
    SortedMap<String, Login> more = new TreeMap<>(contexts);
    more.put(name, login);
    return new Logins(name, more);
  }

  /** These without one; when it was the current one, none is. */
  public Logins without(String name) {
    SortedMap<String, Login> fewer = new TreeMap<>(contexts);
    fewer.remove(name);
    return new Logins(name.equals(current) ? null : current, fewer);
  }

  /** These with another current one, which has to be there. */
  public Logins using(String name) {
    need(name);
    return new Logins(name, contexts);
  }
}
