package dev.pullcord.agent.history;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Names the runner that holds what a generation runs: whoever started it finds it again and asks it
 * to end. The two names here are for any kind; a kind that has a runner of its own names it itself.
 *
 * @param word as journals keep it
 */
public record RunnerName(@JsonValue String word) {
  /** The agent itself. */
  public static final RunnerName PROCESS = new RunnerName("PROCESS");

  /** The service manager of the node, with a unit for each. */
  public static final RunnerName SYSTEMD = new RunnerName("SYSTEMD");

  /** As a journal has it. */
  @JsonCreator
  public RunnerName {}

  /** Whether it is one of those, whose generations are processes, also before one is noted. */
  public boolean isForAnyKind() {
    return equals(PROCESS) || equals(SYSTEMD);
  }

  @Override
  public String toString() {
    return word;
  }
}
