package dev.pullcord.git.remote.access;

import java.io.IOException;
import java.time.Duration;

/** Why there was no answer of the upstream that is of use. The message begins with a code. */
public final class RemoteFault extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final Duration retryAfter;

  /** Who has to do something. */
  public enum Kind {
    /** It may pass by itself. */
    UNREACHABLE,
    /** It does not: somebody has to change a setting here or there. */
    REFUSED
  }

  /** With its cause. */
  public RemoteFault(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfter = Duration.ZERO;
  }

  /** With a time that the upstream asks to be left alone; zero when it does not say. */
  public RemoteFault(Kind kind, String message, Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** Somebody has to change a setting. */
  public static RemoteFault refused(String message) {
    return new RemoteFault(Kind.REFUSED, message, Duration.ZERO);
  }

  /** It may pass by itself. */
  public static RemoteFault unreachable(String message) {
    return new RemoteFault(Kind.UNREACHABLE, message, Duration.ZERO);
  }

  /** Who has to do something. */
  public Kind kind() {
    return kind;
  }

  /** How long the upstream asks to be left alone; zero when it does not say. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
