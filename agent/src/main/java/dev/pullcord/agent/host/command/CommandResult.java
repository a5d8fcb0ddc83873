package dev.pullcord.agent.host.command;

import java.util.Set;
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

  /** HUP, INT, KILL and TERM: others send them. A fault of a program's own raises none of them. */
  private static final Set<Integer> KILLED = Set.of(128 + 1, 128 + 2, 128 + 9, 128 + 15);

  /** Ended by somebody else, for want of memory, say; this says nothing of the command. */
  public boolean killed() {
    return end == End.EXITED && exitCode != null && KILLED.contains(exitCode);
  }

  /** Ended by itself with 0. */
  public boolean succeeded() {
    return end == End.EXITED && exitCode != null && exitCode == 0;
  }
}
