package dev.pullcord.agent.host.command;

import org.jspecify.annotations.Nullable;

/**
 * How a command ended.
 *
 * @param end why
 * @param exitCode when it ended by itself; 128 + n for signal n, as a shell says it
 * @param output both streams in the order they came, the last 64 KiB, secrets masked
 * @param tookMillis on a monotonic clock
 */
public record CommandResult(End end, @Nullable Integer exitCode, String output, long tookMillis) {
  /** Why a command ended. */
  public enum End {
    /** By itself. */
    EXITED,
    /** Killed at its time limit. */
    TIMED_OUT,
    /** Killed because whoever started it had no more use for it. */
    CANCELLED,
    /** Killed because it wrote more than the disk should hold. */
    TOO_MUCH_OUTPUT,
    /** It could not be started, for a reason of the host. */
    NOT_STARTED
  }

  /** Ended by itself with 0. */
  public boolean succeeded() {
    return end == End.EXITED && exitCode != null && exitCode == 0;
  }
}
