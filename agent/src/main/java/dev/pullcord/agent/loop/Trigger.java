package dev.pullcord.agent.loop;

/** Why a pass runs. Triggers are collapsed: what a pass does never depends on its cause. */
public enum Trigger {
  /** The agent has started. */
  STARTUP,
  /** The poll, or the loop's own tick. */
  TICK,
  /** The server said that something is newer. */
  WOKEN,
  /** A person asked, {@code sync} or {@code retry}. */
  OPERATOR,
  /** A worker ended. */
  WORKER
}
