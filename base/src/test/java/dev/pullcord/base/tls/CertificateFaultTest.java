package dev.pullcord.base.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** Each way in which a certificate is wrong has words of its own, and a way out. */
class CertificateFaultTest {
  private static Optional<String> reason(Throwable cause) {
    return CertificateFault.reason(
        new IOException("no TLS", new SSLHandshakeException("bad").initCause(cause)), "ca-file");
  }

  @Test
  void anAuthorityThatIsNotTrustedIsToBeNamed() {
    String untrusted = "its certificate is from no authority that is trusted here";
    assertThat(reason(new CertPathBuilderException("PKIX path building failed")).orElseThrow())
        .startsWith(untrusted)
        .endsWith("name it with ca-file");
    assertThat(reason(new CertificateException("no trust anchor")).orElseThrow())
        .startsWith(untrusted);
  }

  @Test
  void anOldAYoungAndAnotherNamesCertificateSaySo() {
    Throwable old = new CertificateException("invalid", new CertificateExpiredException("2020"));
    assertThat(reason(old).orElseThrow()).contains("has expired");
    Throwable young = new CertificateException("x", new CertificateNotYetValidException("2090"));
    assertThat(reason(young).orElseThrow()).contains("not valid yet");
    assertThat(reason(new CertificateException("No name matching a.example found")).orElseThrow())
        .contains("is for another name");
  }

  @Test
  void aRevokedAndAWeakCertificateSaySo() {
    assertThat(reason(path(BasicReason.REVOKED)).orElseThrow()).contains("was revoked");
    assertThat(reason(path(BasicReason.ALGORITHM_CONSTRAINED)).orElseThrow())
        .contains("too weak to be trusted");
    assertThat(reason(path(BasicReason.EXPIRED)).orElseThrow()).contains("has expired");
    assertThat(reason(path(BasicReason.NOT_YET_VALID)).orElseThrow()).contains("not valid yet");
    assertThat(reason(path(BasicReason.INVALID_SIGNATURE)).orElseThrow())
        .contains("from no authority that is trusted here");
  }

  private static Throwable path(BasicReason reason) {
    return new CertPathValidatorException("PKIX", null, null, -1, reason);
  }

  @Test
  void whatIsNotOfTheCertificateIsLeftToOthers() {
    assertThat(reason(new IOException("connection reset"))).isEmpty();
  }
}
