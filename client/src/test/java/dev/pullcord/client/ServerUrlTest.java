package dev.pullcord.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.client.tls.Fingerprint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUrlTest {
  @Test
  void isKeptInOneForm() {
    assertThat(ServerUrl.parse(" HTTPS://Fleet.Example:8420/ ").url())
        .isEqualTo("https://fleet.example:8420");
    assertThat(ServerUrl.parse("https://h/behind/a/proxy//").url())
        .isEqualTo("https://h/behind/a/proxy");
    assertThat(ServerUrl.parse("https://[::1]:8420").host()).isEqualTo("::1");
    assertThat(ServerUrl.parse("https://h").port()).isEqualTo(443);
    assertThat(ServerUrl.parse("https://h:1").repository("fleet"))
        .isEqualTo("https://h:1/git/fleet.git");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://127.0.0.1:8420", "http://localhost", "http://[::1]:1", "http://127.9.9.9"})
  void takesPlainHttpOnThisMachine(String url) {
    assertThat(ServerUrl.parse(url).encrypted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://fleet.example",
        "http://127.0.0.1.example",
        "http://10.0.0.1",
        "http://[::2]",
        "fleet:8420",
        "fleet",
        "ftp://h",
        "https://",
        "https://h?x=1",
        "https://h:65536",
        "https://h:0",
        "https://[fe80::1%25eth0]:8420",
        "https://h#x",
        "not a url",
        ""
      })
  void refusesWhatWouldNotBeAServer(String url) {
    assertThatThrownBy(() -> ServerUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("https://");
  }

  @Test
  void neverShowsAPasswordThatWasPutIntoIt() {
    assertThatThrownBy(() -> ServerUrl.parse("https://me:secret@h"))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("secret");
  }

  @Test
  void readsFingerprintsAsPeoplePasteThem() {
    String hex = "0123456789abcdef".repeat(4);
    assertThat(Fingerprint.parse(hex.toUpperCase(java.util.Locale.ROOT)).hex()).isEqualTo(hex);
    assertThat(Fingerprint.parse("SHA256:" + hex.replaceAll("(..)(?=.)", "$1:")).hex())
        .isEqualTo(hex);
    assertThatThrownBy(() -> Fingerprint.parse("0123")).hasMessageContaining("64 hex digits");
  }

  @Test
  void showsNoTokens() {
    ServerCredentials access = new ServerCredentials(ServerUrl.parse("https://h"), "secret", null);
    assertThat(access.toString()).doesNotContain("secret");
  }
}
