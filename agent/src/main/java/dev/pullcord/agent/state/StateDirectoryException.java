package dev.pullcord.agent.state;

import dev.pullcord.protocol.error.ErrorKind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The state directory cannot be used: another agent has it, or the disk says no. */
public final class StateDirectoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String NEWER = "STATE_NEWER";

  private final String code;

  StateDirectoryException(String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** A newer agent has written to that file. */
  public static StateDirectoryException newer(Path file) {
    return new StateDirectoryException(
        NEWER,
        NEWER
            + "  "
            + file
            + " has entries of a newer pullcord-agent, which this one does not know; install that"
            + " version again",
        null);
  }

  /** Our own stable word: {@code ALREADY_RUNNING}, {@code STATE_NEWER}. */
  public String code() {
    return code;
  }

  /** Who can mend it: whoever runs the host, or whoever started this version. */
  public ErrorKind kind() {
    return code.equals(NEWER) ? ErrorKind.INPUT : ErrorKind.ENVIRONMENT;
  }
}
