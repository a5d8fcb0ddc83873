package dev.pullcord.git.remote.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlDocument;
import dev.pullcord.protocol.yaml.YamlProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The part of {@code agent.yaml} and {@code server.yaml} that says where a repository is. */
class RemoteAccessReaderTest {
  private static final String HTTPS = "url: 'https://git.example/fleet.git'";
  private static final String SSH = "url: 'ssh://git@git.example/fleet.git'";

  private YamlDocument document = YamlDocument.read(new byte[0], "-", "CONFIG");

  private Optional<RemoteAccess> read(String keys) {
    document =
        YamlDocument.read(("upstream: {" + keys + "}\n").getBytes(UTF_8), "server.yaml", "CONFIG");
    Section section = document.root().section("upstream").orElseThrow();
    Optional<RemoteAccess> access = RemoteAccessReader.read(section, "upstream");
    section.finish();
    return access;
  }

  private List<String> problems(String keys) {
    read(keys);
    return document.problems().list().stream().map(YamlProblem::text).toList();
  }

  private RemoteAccess good(String keys) {
    Optional<RemoteAccess> access = read(keys);
    assertThat(document.problems().list()).isEmpty();
    return access.orElseThrow();
  }

  @Test
  void anybodyMayReadWhatHasNoCredentials() {
    RemoteAccess access = good(HTTPS);

    assertThat(access.login()).isNull();
    assertThat(access.caFile()).isNull();
    assertThat(access.section()).isEqualTo("upstream");
  }

  @Test
  void aPasswordGoesWithAUserWhoHasAUsualName() {
    RemoteLogin login =
        Objects.requireNonNull(good(HTTPS + ", credentials: {password-file: /etc/token}").login());

    assertThat(login)
        .isEqualTo(new RemoteLogin("pullcord", Path.of("/etc/token"), null, null, null));
  }

  @Test
  void readsAllOfHttps() {
    RemoteAccess access =
        good(
            HTTPS
                + ", ca-file: /etc/ca.pem, credentials: {username: bot, password-file: /a,"
                + " certificate-file: /b, key-file: /c}");

    assertThat(access.caFile()).isEqualTo(Path.of("/etc/ca.pem"));
    assertThat(access.login())
        .isEqualTo(new RemoteLogin("bot", Path.of("/a"), Path.of("/b"), Path.of("/c"), null));
  }

  @Test
  void readsAllOfSsh() {
    assertThat(good(SSH + ", credentials: {key-file: /a, known-hosts-file: /b}").login())
        .isEqualTo(new RemoteLogin("pullcord", null, null, Path.of("/a"), Path.of("/b")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ca-file: /a | url",
        "url: [a] | url",
        "url: 'http://git.example/x' | https://HOST/PATH",
        "url: 'https://git.example/x', ca-file: etc/ca.pem | an absolute path expected",
        "url: 'https://git.example/x', credentials: {password: geheim} | password",
        "url: 'https://git.example/x', credentials: {key-file: /a} | belong together",
        "url: 'https://git.example/x', credentials: {certificate-file: /a} | belong together",
        "url: 'https://git.example/x', credentials: {known-hosts-file: /a} | it goes with ssh://",
        "url: 'ssh://git@h/x' | credentials: {key-file, known-hosts-file} expected",
        "url: 'ssh://git@h/x', credentials: {key-file: /a} | known-hosts-file",
        "url: 'ssh://git@h/x', ca-file: /c, credentials: {key-file: /a, known-hosts-file: /b} "
            + "| it goes with https://",
        "url: 'ssh://git@h/x', credentials: {key-file: /a, known-hosts-file: /b, username: c} "
            + "| the user is in the URL",
        "url: 'ssh://git@h/x', credentials: {key-file: /a, known-hosts-file: /b,"
            + " password-file: /c} | it goes with https://",
      })
  void whatIsWrongIsOneProblemWithItsPlace(String keys, String words) {
    assertThat(problems(keys))
        .singleElement()
        .asString()
        .contains("server.yaml:1:", words)
        .doesNotContain("geheim");
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThat(
            problems(
                SSH + ", ca-file: a, credentials: {username: b, password-file: c, key-file: d}"))
        .hasSizeGreaterThanOrEqualTo(5);
  }
}
