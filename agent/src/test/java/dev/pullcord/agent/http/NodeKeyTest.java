package dev.pullcord.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;

class NodeKeyTest {
  @Test
  void survivesBeingWrittenAndRead() throws Exception {
    NodeKey key = NodeKey.generate();

    NodeKey read = NodeKey.parse(key.keyPem(), key.certificatePem());

    assertThat(read.id()).isEqualTo(key.id());
  }

  @Test
  void makesACertificateThatItsOwnKeySigned() throws Exception {
    NodeKey key = NodeKey.generate();

    key.certificate().verify(key.certificate().getPublicKey());
    assertThat(key.certificate().getVersion()).isEqualTo(3);
  }

  @Test
  void isAnotherOneEachTime() {
    assertThat(NodeKey.generate().id()).isNotEqualTo(NodeKey.generate().id());
  }

  @Test
  void refusesACertificateOfAnotherKey() {
    NodeKey one = NodeKey.generate();
    NodeKey other = NodeKey.generate();

    assertThatThrownBy(() -> NodeKey.parse(one.keyPem(), other.certificatePem()))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("not for this key");
  }

  @Test
  void saysWhatIsMissingInAFileThatIsNoKey() {
    NodeKey key = NodeKey.generate();

    assertThatThrownBy(() -> NodeKey.parse("garbage", key.certificatePem()))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("PRIVATE KEY");
  }

  @Test
  void neverShowsItsSecret() {
    NodeKey key = NodeKey.generate();

    assertThat(key.toString()).contains(key.id().value()).doesNotContain("PRIVATE");
  }
}
