package dev.pullcord.agent.status;

import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The result of a pass.
 *
 * @param state the node's state after it
 * @param reason of that state
 * @param retryAt when the loop tries again by itself what failed; null when it does not
 * @param exit what {@code run --once} ends with
 */
public record PassResult(NodeState state, String reason, @Nullable Instant retryAt, ExitCode exit) {
  /** Of what is not tried again by itself. */
  public PassResult(NodeState state, String reason, ExitCode exit) {
    this(state, reason, null, exit);
  }

  /** All is as it should be. */
  public static PassResult converged(Goal goal) {
    return new PassResult(
        NodeState.CONVERGED, "runs " + goal.commit().abbreviated(), ExitCode.DONE);
  }

  /** The same, with something that is to be known of it. */
  public PassResult but(String what) {
    return new PassResult(state, reason + " (" + what + ")", retryAt, exit);
  }

  /** The same, and something else. */
  public PassResult and(String what) {
    return new PassResult(state, reason + "; " + what, retryAt, exit);
  }

  /** The same, with what led to it before its reason. */
  public PassResult because(String what) {
    return new PassResult(state, what + reason, retryAt, exit);
  }

  /** There is nothing to do. */
  public static PassResult waiting(String reason, ExitCode exit) {
    return new PassResult(NodeState.WAITING, reason, exit);
  }

  /** Only planned. */
  public static PassResult held(Outlook outlook) {
    return new PassResult(NodeState.HELD, "noop: would " + outlook.would(), ExitCode.FAILED);
  }

  /** Not done, because the node's owner does not allow it. */
  public static PassResult held(String reason) {
    return new PassResult(NodeState.HELD, reason, ExitCode.FAILED);
  }

  /** Whether the node stays as it is until something new comes. */
  public boolean settled() {
    return switch (state) {
      case CONVERGED, ROLLED_BACK, HELD -> true;
      case FAILED, APPLYING, WAITING, OFFLINE, NEVER_SEEN -> false;
    };
  }

  /** Not tried again by itself. */
  public static PassResult failed(String reason) {
    return new PassResult(NodeState.FAILED, reason, ExitCode.FAILED);
  }
}
