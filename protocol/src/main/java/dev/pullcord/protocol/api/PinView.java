package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.time.Instant;
import java.util.List;

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
 */
public record PinView(
    NodeName node,
    String ref,
    CommitId commit,
    String owner,
    String reason,
    Instant createdAt,
    Instant expiresAt) {

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
   * @param duration {@code 2h}; 1m to 365d
   * @param reason 1 to 500 characters
   */
  public record Request(String ref, @JsonProperty("for") String duration, String reason) {}
}
