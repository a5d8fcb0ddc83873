package dev.pullcord.server.security.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsKeysTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;

  @Test
  void namesTheHostAndItsAddresses() throws IOException, GeneralSecurityException {
    CertifiedKey keys =
        TlsKeys.create(directory, "people", List.of("pullcord.example", "10.0.0.7", "::1"), NOW);
    assertThat(
            keys.certificate().getSubjectAlternativeNames().stream()
                .map(n -> String.valueOf(n.get(1))))
        .containsExactly("pullcord.example", "10.0.0.7", "0:0:0:0:0:0:0:1");
    assertThat(keys.certificate().getPublicKey()).isInstanceOf(ECPublicKey.class);
    keys.certificate().verify(keys.certificate().getPublicKey());
    assertThat(keys.certificate().getNotAfter()).isAfter(java.util.Date.from(NOW.plusSeconds(1)));
  }

  @Test
  void keepsAKeyThatIsThere() throws IOException {
    String first = TlsKeys.create(directory, "people", List.of("a"), NOW).pin();
    assertThat(TlsKeys.create(directory, "people", List.of("b"), NOW).pin())
        .isEqualTo(first)
        .matches("[0-9a-f]{64}");
    assertThat(TlsKeys.load(directory, "people").pin()).isEqualTo(first);
  }

  @Test
  void makesThePairAnewWhenOnlyTheKeyWasWritten() throws IOException {
    TlsKeys.create(directory, "people", List.of("a"), NOW);
    Files.delete(TlsKeys.certificateFile(directory, "people"));
    CertifiedKey keys = TlsKeys.create(directory, "people", List.of("a"), NOW);
    assertThat(TlsKeys.load(directory, "people").pin()).isEqualTo(keys.pin());
  }

  @Test
  void saysWhichFileIsBroken() throws IOException {
    TlsKeys.create(directory, "people", List.of("a"), NOW);
    Files.writeString(directory.resolve("people.key"), "garbage");
    assertThatThrownBy(() -> TlsKeys.load(directory, "people"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("people.key");
  }

  @Test
  void saysThatAKeyIsMissingAndMakesNone() throws IOException {
    TlsKeys.create(directory, "people", List.of("a"), NOW);
    Path key = directory.resolve("people.key");
    Files.delete(key);

    assertThatThrownBy(() -> TlsKeys.load(directory, "people"))
        .hasMessageStartingWith("KEY_MISSING  " + key)
        .hasMessageContaining("from a backup");
    assertThat(key).doesNotExist();
  }

  @Test
  void neverShowsThePrivateKey() throws IOException {
    CertifiedKey keys = TlsKeys.create(directory, "people", List.of("a"), NOW);
    assertThat(keys.toString()).isEqualTo("CertifiedKey[" + keys.pin() + "]");
  }

  @Test
  void speaksNothingOlderThanTls13() throws IOException {
    try (TestServer server = new TestServer(directory)) {
      SSLSocketFactory factory = TestServer.client(null).sslSocketFactory();
      for (Port port : Port.values()) {
        try (SSLSocket old = (SSLSocket) factory.createSocket("127.0.0.1", server.port(port))) {
          old.setEnabledProtocols(new String[] {"TLSv1.2"});
          assertThatThrownBy(old::startHandshake).isInstanceOf(IOException.class);
        }
        try (SSLSocket now = (SSLSocket) factory.createSocket("127.0.0.1", server.port(port))) {
          now.startHandshake();
          assertThat(now.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
      }
    }
  }

  @Test
  void takesTheCheapestCipherThatACallerHas() throws IOException {
    try (TestServer server = new TestServer(directory)) {
      SSLSocketFactory factory = TestServer.client(null).sslSocketFactory();
      for (Port port : Port.values()) {
        assertThat(cipher(factory, server.port(port), factory.getDefaultCipherSuites()))
            .isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
        assertThat(cipher(factory, server.port(port), "TLS_AES_256_GCM_SHA384"))
            .isEqualTo("TLS_AES_256_GCM_SHA384");
      }
    }
  }

  private static String cipher(SSLSocketFactory factory, int port, String... offered)
      throws IOException {
    try (SSLSocket socket = (SSLSocket) factory.createSocket("127.0.0.1", port)) {
      socket.setEnabledCipherSuites(offered);
      socket.startHandshake();
      return socket.getSession().getCipherSuite();
    }
  }
}
