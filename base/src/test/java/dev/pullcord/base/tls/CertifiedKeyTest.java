package dev.pullcord.base.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertifiedKeyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private final CertifiedKey key = CertifiedKey.generate(SelfSigned.client("a node"));

  private static CertifiedKey server(String... hosts) {
    return CertifiedKey.generate(
        new SelfSigned("a server", List.of(hosts), NOW, NOW.plusSeconds(60)));
  }

  @Test
  void survivesBeingWrittenAndRead() throws GeneralSecurityException {
    CertifiedKey read = CertifiedKey.parse(Pem.of(key.privateKey()), Pem.of(key.certificate()));

    assertThat(read.pin()).isEqualTo(key.pin()).matches("[0-9a-f]{64}");
  }

  @Test
  void makesACertificateThatItsOwnKeySigned() throws GeneralSecurityException {
    for (CertifiedKey made : List.of(key, server("localhost"))) {
      X509Certificate certificate = made.certificate();
      certificate.verify(certificate.getPublicKey());
      assertThat(certificate.getVersion()).isEqualTo(3);
      assertThat(certificate.getPublicKey()).isInstanceOf(ECPublicKey.class);
    }
  }

  @Test
  void isAnotherOneEachTime() {
    CertifiedKey other = CertifiedKey.generate(SelfSigned.client("a node"));

    assertThat(other.pin()).isNotEqualTo(key.pin());
    assertThat(other.certificate().getSerialNumber())
        .isNotEqualTo(key.certificate().getSerialNumber());
  }

  @Test
  void aClientsCertificateCountsAlwaysAndNamesNoHost() throws GeneralSecurityException {
    X509Certificate certificate = key.certificate();

    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=a node");
    assertThat(certificate.getNotBefore().toInstant()).isEqualTo("2020-01-01T00:00:00Z");
    assertThat(certificate.getNotAfter().toInstant()).isEqualTo("9999-12-31T23:59:59Z");
    assertThat(certificate.getSubjectAlternativeNames()).isNull();
    assertThat(certificate.getBasicConstraints()).isNegative();
  }

  @Test
  void aServersCertificateNamesEachHostOnceAndIsItsOwnAuthority() throws GeneralSecurityException {
    X509Certificate certificate = server("b.example", "10.0.0.7", "::1", "b.example").certificate();

    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactly(
            List.of(2, "b.example"), List.of(7, "10.0.0.7"), List.of(7, "0:0:0:0:0:0:0:1"));
    assertThat(certificate.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(certificate.getNotBefore().toInstant()).isEqualTo(NOW);
    assertThat(certificate.getNotAfter().toInstant()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void aServerMayHaveManyNames() throws GeneralSecurityException {
    String[] hosts = new String[300];
    for (int i = 0; i < hosts.length; i++) {
      hosts[i] = "host-" + i + ".example";
    }

    assertThat(server(hosts).certificate().getSubjectAlternativeNames()).hasSize(300);
  }

  @Test
  void refusesACertificateOfAnotherKey() {
    CertifiedKey other = CertifiedKey.generate(SelfSigned.client("a node"));

    assertThatThrownBy(
            () -> CertifiedKey.parse(Pem.of(key.privateKey()), Pem.of(other.certificate())))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("not for this key");
  }

  @Test
  void saysWhatIsMissingInAFileThatIsNoKey() {
    assertThatThrownBy(() -> CertifiedKey.parse("garbage", Pem.of(key.certificate())))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("BEGIN PRIVATE KEY");
    assertThatThrownBy(() -> Pem.certificate(Pem.of(key.privateKey())))
        .hasMessageContaining("BEGIN CERTIFICATE");
    assertThatThrownBy(() -> Pem.key("-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n"))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void readsTheFirstCertificateOfAChainWithCarriageReturns() throws GeneralSecurityException {
    String chain = Pem.of(key.certificate()) + Pem.of(server("b.example").certificate());

    assertThat(KeyPin.of(Pem.certificate(chain.replace("\n", "\r\n")))).isEqualTo(key.pin());
  }

  @Test
  void neverShowsItsSecret() {
    assertThat(key).hasToString("CertifiedKey[" + key.pin() + "]");
  }
}
