package dev.pullcord.server.githost.push;

import dev.pullcord.protocol.id.Quoted;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.jspecify.annotations.Nullable;

/**
 * The repository that pushes belong to. While the server mirrors an upstream, its own git host
 * takes only branches below {@code pullcord/}, which the upstream cannot move.
 *
 * @param upstream the address of the upstream, without credentials; null while there is none
 */
public record PushTarget(@Nullable String upstream) {
  /** Branches that are pushed here whatever is mirrored: somebody tries something out. */
  public static final String OWN = "pullcord/";

  /** Every branch and tag is pushed here. */
  public static final PushTarget HERE = new PushTarget(null);

  /** Why this ref cannot be pushed here, and where to push it; empty where it can. */
  Optional<String> elsewhere(String ref) {
    if (upstream == null || ref.startsWith(Constants.R_HEADS + OWN)) {
      return Optional.empty();
    }
    return Optional.of(
        "UPSTREAM_PUSH  "
            + Quoted.of(ref)
            + " comes from the upstream; push it to "
            + upstream
            + " and run pullcord fetch, or push here to a branch below "
            + OWN
            + " to try it out");
  }
}
