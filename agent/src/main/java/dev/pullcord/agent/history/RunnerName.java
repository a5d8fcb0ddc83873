package dev.pullcord.agent.history;

/** Who holds what a generation runs: whoever started it finds it again and asks it to end. */
public enum RunnerName {
  /** The agent itself. */
  PROCESS,
  /** The service manager of the node, with a unit for each. */
  SYSTEMD,
  /** Commands of its release; it has no process that the agent knows of. */
  COMMAND,
  /** A unit that somebody else has made. */
  UNIT;

  /** Whether a generation is a process that the agent knows by its pid and start time. */
  public boolean knowsTheProcess() {
    return this == PROCESS || this == SYSTEMD;
  }
}
