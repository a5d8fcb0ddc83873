package dev.pullcord.cli.output;

import dev.pullcord.protocol.error.ExitCode;

/**
 * The command cannot go on, and one line says why: the one unchecked exception of this program. It
 * is thrown for what users, servers and networks do, never for our own bugs.
 */
public final class Failure extends RuntimeException {
  private final ExitCode exitCode;

  /**
   * A reason to end.
   *
   * @param exitCode what the process ends with
   * @param message one line: the value, what was expected, what to do
   */
  public Failure(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The same, with the exception that tells more. */
  public Failure(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Wrong usage or input. */
  public static Failure usage(String message) {
    return new Failure(ExitCode.USAGE, message);
  }

  /** What the process ends with. */
  public ExitCode exitCode() {
    return exitCode;
  }

  /** The line; an exception always has one here. */
  public String line() {
    return String.valueOf(getMessage());
  }
}
