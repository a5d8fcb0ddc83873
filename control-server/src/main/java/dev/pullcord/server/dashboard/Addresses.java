package dev.pullcord.server.dashboard;

import java.net.URI;

/**
 * Where this server is found, as people have to type it.
 *
 * @param people base of the people's port, {@code https://pullcord.example:8420}; {@code https}
 *     makes the session's cookie a secure one, also behind a proxy that ends TLS
 * @param agents base of the agents' port, {@code https://pullcord.example:8421}
 * @param repository the repository's name, as in {@code /git/<repository>.git}
 * @param branch the branch to push to when no node follows one yet
 */
public record Addresses(URI people, URI agents, String repository, String branch) {
  boolean secure() {
    return "https".equals(people.getScheme());
  }

  String host() {
    return people.getAuthority();
  }

  String git() {
    String base = people.toString();
    return (base.endsWith("/") ? base : base + "/") + "git/" + repository + ".git";
  }
}
