package dev.pullcord.base.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says in words why the certificate of a server was not accepted. */
public final class CertificateFault {
  private static final int CAUSES_MAX = 20;

  /** What the JDK and OkHttp say of a host name. */
  private static final List<String> OTHER_NAME =
      List.of("No name matching", "No subject alternative", "not verified");

  private CertificateFault() {}

  /**
   * One clause, after the host's name and a colon; empty where the certificate is not the cause.
   *
   * @param caFile the key of the configuration that names the authorities to trust
   */
  public static Optional<String> reason(Throwable failure, String caFile) {
    boolean ofCertificate = false;
    Throwable cause = failure;
    for (int i = 0; cause != null && i < CAUSES_MAX; i++, cause = cause.getCause()) {
      String plain = plain(cause);
      if (plain != null) {
        return Optional.of("its certificate " + plain);
      }
      ofCertificate |=
          cause instanceof CertificateException
              || cause instanceof CertPathBuilderException
              || cause instanceof CertPathValidatorException;
    }
    return ofCertificate
        ? Optional.of(
            "its certificate is from no authority that is trusted here; if the host is right,"
                + " put that authority (or the certificate itself, if it is self-signed) into a"
                + " file and name it with "
                + caFile)
        : Optional.empty();
  }

  private static @Nullable String plain(Throwable cause) {
    Reason reason = cause instanceof CertPathValidatorException path ? path.getReason() : null;
    if (cause instanceof CertificateExpiredException || reason == BasicReason.EXPIRED) {
      return "has expired; the host needs a new one";
    }
    if (cause instanceof CertificateNotYetValidException || reason == BasicReason.NOT_YET_VALID) {
      return "is not valid yet; is the clock of this machine right?";
    }
    if (cause instanceof CertificateRevokedException || reason == BasicReason.REVOKED) {
      return "was revoked by its authority; the host needs a new one";
    }
    if (reason == BasicReason.ALGORITHM_CONSTRAINED) {
      return "has a key or a signature that is too weak to be trusted; the host needs a new one";
    }
    String message = String.valueOf(cause.getMessage());
    return OTHER_NAME.stream().anyMatch(message::contains)
        ? "is for another name; use a name that the certificate has"
        : null;
  }
}
