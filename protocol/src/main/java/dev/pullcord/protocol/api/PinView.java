package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pin: {@code GET /api/v1/pins}.
 *
 * @param node who is pinned
 * @param ref branch, tag or commit, as asked for
 * @param commit what that is now
 * @param owner who pinned
 * @param reason why
 * @param createdAt when
 * @param expiresAt when it ends by itself
 * @param evenFrozen whether it holds in spite of freezes and windows
 */
public record PinView(
    NodeName node,
    String ref,
    CommitId commit,
    String owner,
    String reason,
    Instant createdAt,
    Instant expiresAt,
    boolean evenFrozen) {
  /** One that waits for the end of a freeze. */
  public PinView(
      NodeName node,
      String ref,
      CommitId commit,
      String owner,
      String reason,
      Instant createdAt,
      Instant expiresAt) {
    this(node, ref, commit, owner, reason, createdAt, expiresAt, false);
  }

  /**
   * All pins.
   *
   * @param pins in order of node
   */
  public record All(List<PinView> pins) {}

  /**
   * {@code PUT /api/v1/pins/{node}}.
   *
   * @param ref branch, tag or commit (at least 7 digits)
   * @param duration {@code 2h}; 10s to 365d
   * @param reason 1 to 500 characters
   * @param evenFrozen true: it holds in spite of freezes and windows; null for not
   */
  public record Request(
      String ref,
      @JsonProperty("for") String duration,
      String reason,
      @Nullable Boolean evenFrozen) {
    /** One that waits for the end of a freeze. */
    public Request(String ref, String duration, String reason) {
      this(ref, duration, reason, null);
    }
  }
}
