package dev.pullcord.server.rollout;

import java.util.Locale;

/** Where a rollout is; the states of the API, in lower case. */
public enum RolloutPhase {
  /** It goes on by itself. */
  RUNNING,
  /** An operator stopped it; nodes that have the commit go on with it. */
  PAUSED,
  /** More nodes failed than its budget allows. */
  HALTED,
  /** Every node that can be reached has the commit; who comes later gets it at once. */
  DONE,
  /** A newer commit, or a rollback, took its place. */
  SUPERSEDED;

  /** The word of the API. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether nothing changes it any more. */
  public boolean isOver() {
    return this == DONE || this == SUPERSEDED;
  }
}
