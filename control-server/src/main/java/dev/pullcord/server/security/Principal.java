package dev.pullcord.server.security;

import java.util.Locale;

/**
 * A person or a script, known by its token.
 *
 * @param owner the token's owner
 * @param role what it may do
 */
public record Principal(String owner, Role role) {
  /** Each role may do what the ones before it may. */
  public enum Role {
    /** Reads. */
    VIEWER,
    /** Pins, retries, pushes. */
    OPERATOR,
    /** Invites and removes nodes, and everything else. */
    ADMIN;

    /** As people, the API and the store call it: {@code viewer}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
