package dev.pullcord.base.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Optional;

/** Says in words why the certificate of a server was not accepted. */
public final class CertificateFault {
  private static final int CAUSES_MAX = 20;

  /** What the JDK says of a host name. */
  private static final List<String> OTHER_NAME =
      List.of("No name matching", "No subject alternative");

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
      if (cause instanceof CertificateExpiredException) {
        return Optional.of("its certificate has expired; it needs a new one");
      }
      if (cause instanceof CertificateNotYetValidException) {
        return Optional.of("its certificate is not valid yet; is the clock of this host right?");
      }
      String message = String.valueOf(cause.getMessage());
      if (OTHER_NAME.stream().anyMatch(message::contains)) {
        return Optional.of(
            "its certificate is for another name; use a name that the certificate has");
      }
      ofCertificate |=
          cause instanceof CertificateException
              || cause instanceof CertPathBuilderException
              || cause instanceof CertPathValidatorException;
    }
    return ofCertificate
        ? Optional.of(
            "its certificate is from no authority that is trusted here; if the host is right,"
                + " put that authority into a file and name it with "
                + caFile)
        : Optional.empty();
  }
}
