package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A branch that is rolled back: its nodes run an earlier commit of it, until a newer one is pushed.
 *
 * @param ref the branch
 * @param commit what its nodes run
 * @param from the branch's head, which they do not run
 * @param owner who rolled back
 * @param reason why
 * @param createdAt when
 * @param until when it ends by itself; null for not before a newer commit is pushed
 * @param deployment that brings the commit; null while no node follows the branch
 */
public record RollbackView(
    String ref,
    CommitId commit,
    CommitId from,
    String owner,
    String reason,
    Instant createdAt,
    @Nullable Instant until,
    @Nullable Long deployment) {
  /** {@code rolled back from abc1234 by ann: lost tasks}. */
  public String text() {
    return "rolled back from " + from.abbreviated() + " by " + owner + ": " + reason;
  }

  /**
   * {@code POST /api/v1/refs/{ref}/rollback}.
   *
   * @param to a commit of the branch (at least 7 digits) or a tag; null for the last one that
   *     converged before the present one
   * @param reason 1 to 500 characters
   * @param until a moment, {@code 2026-11-30T08:00:00Z}, or a length, {@code 2h}; null for not
   *     before a newer commit is pushed
   * @param head the order is refused where another commit was pushed last; null for any
   */
  public record Request(
      @Nullable String to,
      String reason,
      @Nullable String until,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CommitId head) {
    /** One that goes back from whatever was pushed last. */
    public Request(@Nullable String to, String reason, @Nullable String until) {
      this(to, reason, until, null);
    }
  }
}
