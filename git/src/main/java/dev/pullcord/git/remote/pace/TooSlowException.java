package dev.pullcord.git.remote.pace;

import java.io.InterruptedIOException;

/** The remote was given up. Of this kind, TLS passes it on as it is. */
public final class TooSlowException extends InterruptedIOException {
  private static final long serialVersionUID = 1L;

  TooSlowException(String message) {
    super(message);
  }
}
