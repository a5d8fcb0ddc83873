package dev.pullcord.server.security.token;

import dev.pullcord.server.security.Principal;
import java.util.Optional;

/** Whose token it is that somebody signs in with. */
@FunctionalInterface
public interface TokenCheck {
  /** The token's owner; empty for every token that does not work, whatever the cause. */
  Optional<Principal> authenticate(String token);

  /** What a token is known by in the store; empty where it is in none. */
  default Optional<String> id(String token) {
    return Optional.empty();
  }

  /** Whether a token that somebody signed in with still works. */
  default boolean works(String token) {
    return authenticate(token).isPresent();
  }
}
