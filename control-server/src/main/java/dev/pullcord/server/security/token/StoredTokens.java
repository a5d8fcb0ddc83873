package dev.pullcord.server.security.token;

import dev.pullcord.server.security.Principal;
import java.util.Optional;

/** The tokens of the store, as the sign-in asks for them. */
public record StoredTokens(ApiTokens tokens) implements TokenCheck {
  @Override
  public Optional<Principal> authenticate(String token) {
    return tokens.authenticate(token);
  }

  @Override
  public Optional<String> id(String token) {
    return ApiTokens.id(token);
  }

  /** Of one that was right when somebody signed in with it, which its id tells. */
  @Override
  public boolean works(String token) {
    return id(token).flatMap(tokens::owner).isPresent();
  }
}
