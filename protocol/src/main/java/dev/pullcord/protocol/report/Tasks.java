package dev.pullcord.protocol.report;

import java.time.Instant;
import java.util.List;

/**
 * The tasks that keep a generation busy: of one that drains all of them, of one that works those
 * that have run for a minute. Names and times, never arguments.
 *
 * @param count how many
 * @param oldest some of them, longest running first
 */
public record Tasks(int count, List<Task> oldest) {
  /** At most so many are named. */
  public static final int NAMED_MAX = 10;

  /** Copies; more than {@link #NAMED_MAX} are counted and not named. */
  public Tasks {
    oldest = List.copyOf(oldest.subList(0, Math.min(oldest.size(), NAMED_MAX)));
  }

  /**
   * One.
   *
   * @param name of the task, as the application calls it
   * @param since when it began
   */
  public record Task(String name, Instant since) {}
}
