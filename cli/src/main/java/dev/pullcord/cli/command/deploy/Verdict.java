package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.report.NodeState;
import java.util.List;

/** What a look at the nodes says about waiting on. */
enum Verdict {
  /** Every node that counts runs what it is to run. */
  CONVERGED,
  /** Every reachable node is done, and some node that counts is not converged. */
  INCOMPLETE,
  /** Some reachable node is still on its way. */
  UNDERWAY;

  /**
   * Judges. A node is done when it converged, rolled back, is held, failed for good, or waits for a
   * rollout that has halted; a failure that its agent tries again is still on its way, unless it is
   * what others wait for in vain. A node that nobody reaches is waited for by nobody: it makes the
   * verdict incomplete, or is left out of it.
   *
   * @param leaveOutUnreachable whether nodes that are offline or were never seen do not count
   */
  static Verdict of(List<NodeLine> nodes, boolean leaveOutUnreachable) {
    List<NodeLine> reachable = nodes.stream().filter(n -> !n.state().unreachable()).toList();
    boolean halted = reachable.stream().anyMatch(n -> Withheld.isHalted(n.reason()));
    if (!reachable.stream().allMatch(n -> done(n) || (halted && n.state() == NodeState.FAILED))) {
      return UNDERWAY;
    }
    boolean all = reachable.stream().allMatch(n -> n.state() == NodeState.CONVERGED);
    boolean counted = leaveOutUnreachable || reachable.size() == nodes.size();
    return all && counted && !reachable.isEmpty() ? CONVERGED : INCOMPLETE;
  }

  private static boolean done(NodeLine node) {
    return node.state().done(node.triesAgain()) || Withheld.isHalted(node.reason());
  }
}
