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
    /** It could not be started, for a reason of the host; or nobody knows, see mayHaveRun. */
    NOT_STARTED
  }

  /** HUP, INT, KILL and TERM: others send them. A fault of a program's own raises none of them. */
  private static final Set<Integer> KILLED = Set.of(128 + 1, 128 + 2, 128 + 9, 128 + 15);

  /** Begins what is said of a command that was handed on and whose end nobody came to know. */
  private static final String END_UNKNOWN = "its end is unknown: ";

  /** Of a command that may have run, and whose end is unknown for that reason. */
  public static CommandResult unknown(String why, long tookMillis) {
    return new CommandResult(End.NOT_STARTED, null, END_UNKNOWN + why, tookMillis);
  }

  /** Whether it may have run all the same, though it counts as not started. */
  public boolean mayHaveRun() {
    return end == End.NOT_STARTED && saysUnknown(output);
  }

  /** Whether this is said of a command whose end is unknown. */
  static boolean saysUnknown(String said) {
    return said.startsWith(END_UNKNOWN);
  }

  /** Ended by somebody else, for want of memory, say; this says nothing of the command. */
  public boolean killed() {
    return end == End.EXITED && exitCode != null && KILLED.contains(exitCode);
  }

  /** Ended by itself with 0. */
  public boolean succeeded() {
    return end == End.EXITED && exitCode != null && exitCode == 0;
  }
}
