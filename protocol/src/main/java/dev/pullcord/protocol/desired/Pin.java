package dev.pullcord.protocol.desired;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pin as the pinned node knows it.
 *
 * <p>The agent enforces the expiry also while the server is away: at {@code expiresAt} (server's
 * clock) it goes to {@code after}, which it fetched while it was pinned.
 *
 * @param ref what was asked for: a branch, a tag or a commit
 * @param owner who pinned
 * @param reason why, in the owner's words
 * @param expiresAt when it ends by itself, on the server's clock
 * @param after what the node's own ref asks for, as of this decision
 */
public record Pin(String ref, String owner, String reason, Instant expiresAt, After after) {
  /**
   * Where the node goes when the pin ends.
   *
   * @param ref the ref that the node follows
   * @param commit its head, or null while nothing was pushed to it
   * @param deployment the deployment that brought it there, if there is one
   */
  public record After(String ref, @Nullable CommitId commit, @Nullable Long deployment) {}
}
