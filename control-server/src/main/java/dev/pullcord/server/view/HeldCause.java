package dev.pullcord.server.view;

import java.util.regex.Pattern;

/** Why a node is held that no freeze, gate, rollout or window of the server holds. */
public enum HeldCause {
  /** Its agent.yaml says noop. */
  NOOP,
  /** Its agent.yaml does not allow what the commit needs. */
  NOT_ALLOWED,
  /** Its agent runs as root, and nobody said that it may run workers so. */
  ROOT,
  /** An operator stopped a worker. */
  STOPPED,
  /** What its agent says ends by itself. */
  OTHER;

  static final String DOES_NOT_ALLOW = "agent.yaml does not allow";

  /** As agents say it now, and as those of 0.2 said it. */
  private static final Pattern AS_ROOT = Pattern.compile("this agent (runs as|is) root\\b");

  /**
   * Tells them apart.
   *
   * @param reason what the agent says
   * @param stopped whether a worker of the node is stopped by an order
   */
  public static HeldCause of(String reason, boolean stopped) {
    if (reason.startsWith("noop")) {
      return NOOP;
    }
    if (reason.startsWith(DOES_NOT_ALLOW)) {
      return NOT_ALLOWED;
    }
    if (AS_ROOT.matcher(reason).lookingAt()) {
      return ROOT;
    }
    return stopped ? STOPPED : OTHER;
  }
}
