package dev.pullcord.server.security;

import dev.pullcord.server.refusal.Refusal;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Tells a request's connection whose it is, so that it no longer counts as a stranger's. */
public interface ConnectionProof {
  /** The request attribute that holds it. */
  String ATTRIBUTE = "pullcord.connection";

  /**
   * Credentials that work were shown on it.
   *
   * @param who one word for the node or the token's owner
   * @return false when they have as many connections as they may
   */
  boolean shown(String who);

  /** Whose it is; of a stranger, his network. */
  String caller();

  /** Whether credentials that work were shown on it. */
  boolean known();

  /**
   * The same for a request.
   *
   * @throws Refusal 429 {@code CONNECTIONS_FULL}
   */
  static void shown(@Nullable Object attribute, String who) {
    if (attribute instanceof ConnectionProof proof && !proof.shown(who)) {
      throw new Refusal(
          Refusal.Kind.TOO_MANY,
          "CONNECTIONS_FULL",
          who + " has as many connections to this port as one may have; close some of them",
          null);
    }
  }

  /** The same for a request. */
  static void shown(Context ctx, String who) {
    shown(ctx.req().getAttribute(ATTRIBUTE), who);
  }
}
