package dev.pullcord.git.remote.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of repositories: which are taken, and that no secret of one gets into a message. */
class RemoteUrlTest {
  @ParameterizedTest
  @CsvSource({
    "https://git.example/fleet.git, https, git.example, -1",
    "https://git.example:8443/team/fleet, https, git.example, 8443",
    "ssh://git@git.example/fleet.git, ssh, git.example, -1",
    "ssh://git@git.example:2222/~/fleet.git, ssh, git.example, 2222",
    "git@git.example:team/fleet.git, , git.example, -1",
    "deploy-1@10.0.0.7:fleet.git, , 10.0.0.7, -1",
    "file:///srv/fleet.git, file, , -1",
  })
  void isTakenAsItIsWritten(String text, String scheme, String host, int port) {
    RemoteUrl url = new RemoteUrl(text);

    assertThat(url).hasToString(text);
    assertThat(url.forGit().getScheme()).isEqualTo(scheme);
    assertThat(url.forGit().getHost()).isEqualTo(host);
    assertThat(url.forGit().getPort()).isEqualTo(port);
  }

  @Test
  void knowsWhatItIsReachedBy() {
    assertThat(new RemoteUrl("git@git.example:fleet.git").ssh()).isTrue();
    assertThat(new RemoteUrl("ssh://git@git.example/fleet.git").ssh()).isTrue();
    assertThat(new RemoteUrl("https://git.example/fleet.git").ssh()).isFalse();
    assertThat(new RemoteUrl("file:///srv/fleet.git").file()).isTrue();
    assertThat(new RemoteUrl("https://git.example/fleet.git").file()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fleet",
        "/srv/fleet.git",
        "../fleet.git",
        "http://git.example/fleet.git",
        "git://git.example/fleet.git",
        "ext::sh -c touch% /tmp/x",
        "ssh://git.example/fleet.git",
        "ssh://git@git.example",
        "ssh://git@git.example/",
        "file://git.example/fleet.git",
        "https:///fleet.git",
        "https://git.example/a b",
      })
  void anotherAddressIsRefusedWithWhatIsExpected(String text) {
    assertThatThrownBy(() -> new RemoteUrl(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH or file:///PATH expected");
  }

  /** What begins with a dash would be an option of a program. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-oProxyCommand=x@git.example:fleet.git",
        "git@-oProxyCommand=x:fleet.git",
        "git@git.example:-u./x",
        "git@git.example: fleet.git",
        "git@git.example:",
      })
  void aShortAddressHasNoOptions(String text) {
    assertThatThrownBy(() -> new RemoteUrl(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ada:hunter22@git.example/fleet.git",
        "https://hunter22@git.example/fleet.git",
        "ssh://git:hunter22@git.example/fleet.git",
        "https://ada:hunter22@git.example/a b",
        "file://ada:hunter22@git.example/fleet.git",
      })
  void aSecretInItIsRefusedAndNotRepeated(String text) {
    assertThatThrownBy(() -> new RemoteUrl(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter22")
        .hasMessageContaining("expected")
        .hasNoCause();
  }
}
