package dev.pullcord.agent.health;

import org.jspecify.annotations.Nullable;

/** The result of waiting for a worker to be well. */
public sealed interface HealthVerdict {
  /** The last try's output, for the transcript. */
  String output();

  /**
   * It is.
   *
   * @param output of the last try
   */
  record Well(String output) implements HealthVerdict {}

  /**
   * It was not before the deadline.
   *
   * @param reason one line
   * @param exitCode of the last try, where it ended by itself
   * @param output of the last try
   */
  record Unwell(String reason, @Nullable Integer exitCode, String output)
      implements HealthVerdict {}

  /**
   * Its process is gone.
   *
   * @param output of the last try
   */
  record Died(String output) implements HealthVerdict {}

  /**
   * The host does not let us look.
   *
   * @param reason one line
   * @param output the host's words
   */
  record CannotLook(String reason, String output) implements HealthVerdict {}

  /**
   * Nobody wants to know any more.
   *
   * @param output of the last try
   */
  record Abandoned(String output) implements HealthVerdict {}
}
