package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A join token as it is shown, once: the answer to {@code POST /api/v1/invitations}.
 *
 * @param token {@code pcj1_…}
 * @param expiresAt when it stops working
 * @param command what to run on the new node
 * @param note what its maker should look at, such as a branch that is not there; null for nothing,
 *     and then left out
 */
public record Invitation(
    String token,
    Instant expiresAt,
    String command,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String note) {
  /** The same with a note. */
  public Invitation noting(String what) {
    return new Invitation(token, expiresAt, command, what);
  }

  /**
   * What a token allows; every field may be left out.
   *
   * @param namePattern a glob for the node's name, {@code grep-*}; any name when left out
   * @param labels given to the node
   * @param refs the refs that the node may follow, the first is the default; HEAD's branch when
   *     left out
   * @param uses how many nodes may join with it, 1 when left out, at most 1000
   * @param ttl {@code 1h} when left out, at most 30d
   */
  public record Request(
      @Nullable String namePattern,
      @Nullable Map<String, String> labels,
      @Nullable List<String> refs,
      @Nullable Integer uses,
      @Nullable String ttl) {}
}
