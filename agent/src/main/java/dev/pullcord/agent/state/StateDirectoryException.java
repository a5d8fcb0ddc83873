package dev.pullcord.agent.state;

import dev.pullcord.protocol.error.ErrorKind;
import org.jspecify.annotations.Nullable;

/** The state directory cannot be used: another agent has it, or the disk says no. */
public final class StateDirectoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  StateDirectoryException(String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Our own stable word: {@code ALREADY_RUNNING}, {@code STATE_DIRECTORY_UNUSABLE}. */
  public String code() {
    return code;
  }

  /** Who can mend it: whoever runs the host. */
  public ErrorKind kind() {
    return ErrorKind.ENVIRONMENT;
  }
}
