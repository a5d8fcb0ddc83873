package dev.pullcord.protocol.report;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/**
 * A node's one state, in order of precedence: when two could be said, the earlier one is. An agent
 * says {@code FAILED}, {@code ROLLED_BACK}, {@code APPLYING}, {@code HELD}, {@code WAITING} or
 * {@code CONVERGED}; the others are the server's to say.
 */
public enum NodeState {
  /** Enrolled, and no agent ever spoke. */
  NEVER_SEEN,
  /** No contact for 45 s. */
  OFFLINE,
  /** The target does not run and nothing earlier does either, or the worker is down. */
  FAILED,
  /** The target failed here and the release before runs instead. */
  ROLLED_BACK,
  /** On the way, in the step that the reason names. */
  APPLYING,
  /** Something keeps it from running all that it is to run: an operator stopped a worker. */
  HELD,
  /** Published, and the agent has not yet said that it began; or there is nothing to run yet. */
  WAITING,
  /** The right release is active, its workers were seen running it, and their health passed. */
  CONVERGED;

  /** Whether the server has not heard of the node lately. */
  public boolean unreachable() {
    return this == OFFLINE || this == NEVER_SEEN;
  }

  /**
   * Whether a node in this state is done with its target, for better or worse.
   *
   * @param triesAgain whether its agent tries again by itself what failed
   */
  public boolean done(boolean triesAgain) {
    return switch (this) {
      case CONVERGED, ROLLED_BACK, HELD -> true;
      case FAILED -> !triesAgain;
      case NEVER_SEEN, OFFLINE, APPLYING, WAITING -> false;
    };
  }

  /** A reason that stands beside the state, without the state's name at its front. */
  public String bare(String reason) {
    String front = wireName() + ": ";
    return reason.startsWith(front) ? reason.substring(front.length()) : reason;
  }

  /** State and reason in one sentence, which names the state once. */
  public String because(String reason) {
    if (reason.isBlank()) {
      return wireName();
    }
    return reason.startsWith(wireName()) ? reason : wireName() + ": " + reason;
  }

  /** The name on the wire: {@code never-seen}, {@code rolled-back}, … */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The state of that wire name; anything else is an {@link IllegalArgumentException}. */
  @JsonCreator
  public static NodeState of(String wireName) {
    return Arrays.stream(values())
        .filter(s -> s.wireName().equals(wireName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node state " + wireName));
  }
}
