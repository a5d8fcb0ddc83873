package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/upstream}: the repository that the server mirrors, and how that goes.
 *
 * @param url its address, without credentials
 * @param state of the mirror
 * @param reason of that state, and what to do; empty where all is well
 * @param lastFetch the last look that went well; null for never
 * @param failingSince since when none did; null while all is well
 * @param defaultBranch the branch that the upstream's HEAD names; null while that is not known
 * @param refs what is mirrored, in order of name
 */
public record UpstreamView(
    String url,
    @OneOf({"ok", "stale", "refused", "unreachable", "rewritten", "empty"}) String state,
    String reason,
    @Nullable Instant lastFetch,
    @Nullable Instant failingSince,
    @Nullable String defaultBranch,
    List<Ref> refs) {
  /** Copies. */
  public UpstreamView {
    refs = List.copyOf(refs);
  }

  /**
   * A ref of the upstream.
   *
   * @param ref the short name of a branch, or {@code refs/tags/v1}
   * @param commit where the upstream has it; null when the upstream deleted it
   * @param deployable whether nodes may get that commit
   * @param problem why they do not, and what to do; where they do, what is worth a word of it, or
   *     empty
   * @param deployed the commit that nodes which follow the ref are led to; null for none
   * @param rewritten whether the upstream took commits back, so that an operator has to decide
   */
  public record Ref(
      String ref,
      @Nullable CommitId commit,
      boolean deployable,
      String problem,
      @Nullable CommitId deployed,
      boolean rewritten) {}

  /**
   * {@code POST /api/v1/upstream/accept-rewind}.
   *
   * @param ref the short name of a branch, or {@code refs/tags/v1}
   * @param reason why nodes may go back, 1 to 500 characters
   * @param seen refused where the upstream has the ref elsewhere by now: the commit, or {@code
   *     deleted}; null for wherever it is
   */
  public record Accept(
      String ref, String reason, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String seen) {
    /** What is seen of a ref that the upstream has no more. */
    public static final String DELETED = "deleted";

    /** What is seen of a ref: where the upstream has it. */
    public static String seen(@Nullable CommitId commit) {
      return commit == null ? DELETED : commit.value();
    }
  }
}
