package dev.pullcord.server.githost.push;

import dev.pullcord.git.pack.PackRefusedException;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.limit.Shares;
import org.jspecify.annotations.Nullable;

/**
 * A push's place among those that may be under way, or why it has none. Git shows nothing of an
 * HTTP error to its user, so a push without a place is read to its end and refused in git's own
 * way.
 */
final class PushPlace implements AutoCloseable {
  private final Shares.@Nullable Share share;
  private final @Nullable PackRefusedException none;

  private PushPlace(Shares.@Nullable Share share, @Nullable PackRefusedException none) {
    this.share = share;
    this.none = none;
  }

  /** One place for this caller, if there is one. */
  static PushPlace take(Shares places, String caller) {
    try {
      return new PushPlace(places.take(caller), null);
    } catch (Refusal full) {
      return new PushPlace(
          null,
          new PackRefusedException(
              full.code(), full.getMessage() + "; push again in " + full.retrySeconds() + " s"));
    }
  }

  /** Why there is none; null where there is one. */
  @Nullable PackRefusedException none() {
    return none;
  }

  @Override
  public void close() {
    if (share != null) {
      share.close();
    }
  }
}
