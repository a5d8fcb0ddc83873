package dev.pullcord.protocol.api;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gate that is open: {@code GET /api/v1/gates}. Its canaries try a commit before the branch moves
 * to it. It ends with the push that opened it.
 *
 * @param ref the branch
 * @param before where the branch is; null for one that is new
 * @param commit what the canaries try
 * @param owner whose push it is
 * @param openedAt since when
 * @param canaries in order of name
 */
public record OpenGateView(
    String ref,
    @Nullable CommitId before,
    CommitId commit,
    String owner,
    Instant openedAt,
    List<Canary> canaries) {
  /** Copies. */
  public OpenGateView {
    canaries = List.copyOf(canaries);
  }

  /**
   * All that are open.
   *
   * @param gates in order of branch
   */
  public record All(List<OpenGateView> gates) {
    /** Copies. */
    public All {
      gates = List.copyOf(gates);
    }
  }

  /**
   * A node that tries it.
   *
   * @param name the node
   * @param state its state
   * @param reason why
   */
  public record Canary(NodeName name, NodeState state, String reason) {}
}
