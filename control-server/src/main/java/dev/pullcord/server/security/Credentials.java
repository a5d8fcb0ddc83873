package dev.pullcord.server.security;

import java.util.Optional;

/** Whose a token is. What was taken away counts no more at once. */
@FunctionalInterface
public interface Credentials {
  /** Whose API token it is; empty for every token that does not work, whatever the cause. */
  Optional<Principal> person(String token);
}
