package dev.pullcord.base.tls;

import java.security.cert.CertificateException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server showed another key than the one that is trusted; nothing was sent to it. */
public final class WrongKeyException extends CertificateException {
  private static final long serialVersionUID = 1L;

  private final String expected;
  private final String shown;

  /** Takes the pins of both keys. */
  public WrongKeyException(String expected, String shown) {
    super("expected key " + expected + ", got " + shown);
    this.expected = expected;
    this.shown = shown;
  }

  /** Looks for it among the causes of a failed connection. */
  public static Optional<WrongKeyException> in(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof WrongKeyException wrong) {
        return Optional.of(wrong);
      }
    }
    return Optional.empty();
  }

  /** The pin that is trusted. */
  public String expected() {
    return expected;
  }

  /** The pin of the key that the server has. */
  public String shown() {
    return shown;
  }
}
