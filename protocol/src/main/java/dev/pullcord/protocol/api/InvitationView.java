package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An invitation without its secret: {@code GET /api/v1/invitations}.
 *
 * @param id 16 hex digits, not secret; what {@code DELETE /api/v1/invitations/{id}} takes
 * @param state whether a node can still join with it
 * @param createdBy who made it
 * @param namePattern a glob for the node's name; null for any
 * @param labels given to the nodes
 * @param refs the branches that they may follow, the first is the default
 * @param uses how many nodes it was made for
 * @param usesLeft how many of them may still join
 * @param expiresAt when it stops working
 */
public record InvitationView(
    String id,
    State state,
    String createdBy,
    @Nullable String namePattern,
    Map<String, String> labels,
    List<String> refs,
    int uses,
    int usesLeft,
    Instant expiresAt) {

  /** Copies. */
  public InvitationView {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    refs = List.copyOf(refs);
  }

  /** What an invitation is worth. */
  public enum State {
    /** A node can join with it. */
    @JsonProperty("open")
    OPEN,
    /** As many nodes as it was for have joined. */
    @JsonProperty("used")
    USED,
    /** Its time is over. */
    @JsonProperty("expired")
    EXPIRED
  }

  /**
   * All invitations; used and expired ones until a month after their time.
   *
   * @param invitations those that last longest first
   */
  public record All(List<InvitationView> invitations) {}
}
