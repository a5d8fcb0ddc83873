package dev.pullcord.git.pack;

import java.io.IOException;

/** A pack that is over a limit, or no pack. The message begins with a code. */
public final class PackRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** A code and what was expected. */
  public PackRefusedException(String code, String message) {
    super(code + "  " + message);
  }

  static PackRefusedException corrupt(String message) {
    return new PackRefusedException("PACK_CORRUPT", message + "; push again");
  }
}
