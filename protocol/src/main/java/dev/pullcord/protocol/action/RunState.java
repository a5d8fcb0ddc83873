package dev.pullcord.protocol.action;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The state of a run, on a node or as a whole. */
public enum RunState {
  /** It has not begun. */
  WAITING,
  /** The node has taken it up. */
  RUNNING,
  /** It exited 0. */
  DONE,
  /** It failed, or could not be begun. */
  FAILED,
  /** It was not begun: the node or the server said no. */
  REFUSED,
  /** It may have run, and nobody knows how it ended. */
  UNKNOWN;

  /** Whether nothing more is to come by itself. */
  public boolean ended() {
    return this != WAITING && this != RUNNING;
  }

  /** The word on the wire. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
