package dev.pullcord.agent.status;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.report.NodeState;
import org.jspecify.annotations.Nullable;

/**
 * A state as the node says it. A node that runs all that it is given, and is not given the newest
 * commit yet, is waiting or held, and says why.
 *
 * @param state the state
 * @param reason why
 */
record ShownState(NodeState state, String reason) {
  static ShownState of(NodeState state, String reason, @Nullable Decision decision) {
    Withheld withheld = decision == null ? null : decision.withheld();
    if (decision == null || withheld == null) {
      String note = decision == null || state != NodeState.CONVERGED ? null : decision.note();
      return new ShownState(state, note == null ? reason : reason + "; " + note);
    }
    if (decision.commit() == null && state == NodeState.WAITING) {
      return new ShownState(withheld.kind().state(), withheld.reason());
    }
    return state == NodeState.CONVERGED
        ? new ShownState(withheld.kind().state(), withheld.reason() + "; " + reason)
        : new ShownState(state, reason);
  }
}
