package dev.pullcord.server.gate;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.SpokenTimes;
import dev.pullcord.server.fleet.NodeRecord;
import java.util.List;
import java.util.Objects;

/**
 * The state of a gate's canaries at one moment: how each stands to the candidate. Pure.
 *
 * @param canaries each that is still one, in order of name
 */
public record GateView(List<Canary> canaries) {
  /** Copies. */
  public GateView {
    canaries = List.copyOf(canaries);
  }

  /** How a canary stands to the candidate. */
  public enum Standing {
    /** It has not come to an end with it. */
    UNDER_WAY,
    /** It runs it, and was seen to be well. */
    WELL,
    /** It does not run it well, or may not run it. */
    FAILED
  }

  /**
   * A canary.
   *
   * @param name of the node
   * @param standing how it stands to the candidate
   * @param text its state and why
   */
  public record Canary(NodeName name, Standing standing, String text) {
    static Canary of(NodeRecord node) {
      String reason = SpokenTimes.of(node.reason()).moments();
      return new Canary(node.name(), standing(node), node.state().because(reason));
    }

    private static Standing standing(NodeRecord node) {
      if (node.runsCandidateWell()) {
        return Standing.WELL;
      }
      boolean fell = node.state() == NodeState.FAILED || node.state() == NodeState.ROLLED_BACK;
      boolean ended = node.state() == NodeState.HELD || (fell && node.settled());
      return ended ? Standing.FAILED : Standing.UNDER_WAY;
    }
  }

  /** Of these nodes; one that was pinned or moved elsewhere meanwhile is a canary no more. */
  static GateView of(CommitId candidate, List<NodeRecord> nodes) {
    return new GateView(
        nodes.stream()
            .filter(node -> node.decision().gate() != null)
            .filter(node -> Objects.equals(node.decision().commit(), candidate))
            .map(Canary::of)
            .toList());
  }

  /** Whether every canary runs the candidate well, and there is one. */
  public boolean passed() {
    return !canaries.isEmpty() && canaries.stream().allMatch(c -> c.standing() == Standing.WELL);
  }

  /** Those that failed. */
  public List<Canary> failed() {
    return canaries.stream().filter(c -> c.standing() == Standing.FAILED).toList();
  }
}
