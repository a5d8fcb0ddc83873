package dev.pullcord.git.pack;

import java.io.IOException;
import java.util.Optional;

/** A pack that is over a limit, or no pack. The message begins with a code. */
public final class PackRefusedException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final String AGAIN = "; push again";

  /** A code and what was expected. */
  public PackRefusedException(String code, String message) {
    super(code + "  " + message);
  }

  /** What was refused, for whoever fetched it; empty where it was something else. */
  public static Optional<String> within(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof PackRefusedException) {
        return Optional.of(String.valueOf(cause.getMessage()).replace(AGAIN, ""));
      }
    }
    return Optional.empty();
  }

  static PackRefusedException corrupt(String message) {
    return new PackRefusedException("PACK_CORRUPT", message + AGAIN);
  }
}
