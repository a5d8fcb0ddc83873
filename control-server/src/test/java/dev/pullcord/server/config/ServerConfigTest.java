package dev.pullcord.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.server.dashboard.FleetBadge;
import dev.pullcord.server.http.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
  @TempDir Path directory;

  private ServerConfig read(String text) throws IOException {
    return ServerConfig.read(Files.writeString(directory.resolve("server.yaml"), text));
  }

  @Test
  void readsEveryKey() throws IOException {
    assertThat(
            read(
                """
                state: /srv/pullcord
                listen: 127.0.0.1:1
                agents: "[::1]:2"
                plain-http: true
                advertise: pullcord.example
                hosts: [fleet.example, 192.0.2.1]
                """))
        .isEqualTo(
            new ServerConfig(
                Path.of("/srv/pullcord"),
                new Address("127.0.0.1", 1),
                new Address("::1", 2),
                true,
                "pullcord.example",
                List.of("fleet.example", "192.0.2.1"),
                ServerLimits.standard()));
  }

  @Test
  void readsTheNameAndTheColourOfTheFleet() throws IOException {
    FleetBadge badge = read("name: Production 1\naccent: red\n").badge();
    assertThat(badge).isEqualTo(new FleetBadge("Production 1", FleetBadge.Accent.RED));
    assertThat(badge.title()).isEqualTo("Production 1 · Pullcord");
    assertThat(read("listen: \"*:1\"\n").badge()).isEqualTo(FleetBadge.NONE);
  }

  @Test
  void readsWhoIsToldAndTheGitHost() throws IOException {
    ServerConfig config =
        read(
            """
            upstream:
              url: https://git.example/acme/fleet.git
              status: {kind: github, api: "https://api.git.example", token-file: /etc/token}
            alerts:
              receivers:
                ops: {kind: slack, url-file: /etc/slack.url}
                hook: {kind: webhook, url: "https://h.example/in", secret-file: /etc/hook}
                mail:
                  kind: email
                  to: [ops@example.org]
                  from: pullcord@example.org
                  smtp: {host: mail.example, user: u, password-file: /etc/mail}
              rules:
                - receivers: [ops, mail]
                  events: [deployment-incomplete, node-offline]
                  refs: [main, "release/*"]
                  selector: role=grep
                  offline-after: 10m
                  quiet: {hours: "mon-fri 22:00-07:00", zone: Europe/Berlin}
            """);
    assertThat(config.alerts().receivers().keySet()).containsExactly("ops", "hook", "mail");
    assertThat(config.alerts().rules()).hasSize(1);
    assertThat(config.alerts().status())
        .extracting(s -> s.repository() + " " + s.context())
        .isEqualTo("acme/fleet pullcord");
  }

  @Test
  void whatIsWrongWithAlertsIsSaidWithItsPlaceAndWithoutSecrets() {
    assertThatThrownBy(() ->
            read(
                """
                upstream:
                  url: https://git.example/acme/fleet.git
                  status: {kind: svn, api: "http://api.example", token-file: token}
                alerts:
                  receivers:
                    Ops: {kind: slak}
                    a: {kind: slack}
                    b: {kind: slack, url: "https://u:t0ps3cr3t@x.example/t0ps3cr3t"}
                    c: {kind: webhook, url: "http://far.example/t0ps3cr3t", secret-file: /s}
                    d:
                      kind: email
                      to: [nobody]
                      from: p@example.org
                      smtp: {host: m.example, user: u, password-file: /p, starttls: false}
                    e: {kind: slack, url: "https://x.example/y", sicret: 1}
                    f:
                      kind: email
                      to: [ops@example.org]
                      from: p@example.org
                      smtp: {host: m.example, port: 465, starttls: true}
                  rules:
                    - {receivers: [opps], events: [node-died], selector: "=", quiet: {hours: x}}
                """))
        .hasMessageContaining("server.yaml:3:")
        .hasMessageContaining("server.yaml:6:")
        .hasMessageContaining("slack, mattermost, teams, email")
        .hasMessageContaining("either url or url-file expected")
        .hasMessageContaining("a user name or a password in the address")
        .hasMessageContaining("that is no https address")
        .hasMessageContaining("ops@example.org expected")
        .hasMessageContaining("starttls: true expected")
        .hasMessageContaining("tls: true is TLS from the first byte, as is port 465")
        .hasMessageContaining("sicret")
        .hasMessageContaining("\"opps\" is no receiver")
        .hasMessageContaining("node-died")
        .hasMessageContaining("server.yaml:22:")
        .message()
        .doesNotContain("t0ps3cr3t");
  }

  @Test
  void readsLimits() throws IOException {
    ServerLimits limits =
        read("""
        limits:
          connections: 1000
          strangers: 60
          event-streams: 5
          bodies: 2MiB
          bodies-each: 1MiB
        """)
            .limits();
    assertThat(limits.agents().open()).isEqualTo(1000);
    assertThat(limits.people().strangersPerAddress()).isEqualTo(30);
    assertThat(limits.eventStreams().all()).isEqualTo(5);
    assertThat(limits.eventStreams().each()).isEqualTo(5);
    assertThat(limits.bodies().each()).isEqualTo(1 << 20);
  }

  @Test
  void usesTheDefaultForWhatIsNotSaid() throws IOException {
    ServerConfig config = read("advertise: pullcord.example\n");
    assertThat(config.listen()).hasToString("*:8420");
    assertThat(config.agents()).hasToString("*:8421");
    assertThat(config.state()).isEqualTo(Path.of("/var/lib/pullcord-server"));
    assertThat(config.plainHttp()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          limits: {strangers: 0} | server.yaml:1:21 | out of range
          limits: {stranger: 9} | server.yaml:1:10 | did you mean strangers?
          limits: {pushes: 3, pushes-each: 4} | server.yaml:1:9 | at most pushes, 3, expected
          hosts: [a b]          | server.yaml:1:8  | a host name or address expected
          listn: 127.0.0.1:1    | server.yaml:1:1  | did you mean listen?
          listen: 8420          | server.yaml:1:9  | HOST:PORT expected
          listen: a:99999       | server.yaml:1:9  | HOST:PORT expected
          state: relative       | server.yaml:1:8  | an absolute path expected
          plain-http: maybe     | server.yaml:1:13 | true or false expected
          accent: mauve         | server.yaml:1:9  | one of red, amber, green, teal
          name: <b>             | server.yaml:1:7  | a name of 1 to 30 letters
          name: a/b             | server.yaml:1:7  | a name of 1 to 30 letters
          advertise: a b        | server.yaml:1:12 | a host name or address expected
          listen: [a]           | server.yaml:1:9  | a list
          listen: {a: 1         | server.yaml:     | CONFIG_SYNTAX
          """)
  void saysWhereAFileIsWrong(String text, String place, String message) {
    assertThatThrownBy(() -> read(text + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(place)
        .hasMessageContaining(message);
  }

  @Test
  void saysEverythingThatIsWrongAtOnce() {
    assertThatThrownBy(() -> read("listen: x\nagents: y\nfoo: 1\n"))
        .hasMessageContaining(":1:9")
        .hasMessageContaining(":2:9")
        .hasMessageContaining(":3:1");
  }

  @Test
  void refusesPlainHttpBeyondLoopback() {
    assertThatThrownBy(() -> read("listen: 10.0.0.1:8420\nplain-http: true\n"))
        .hasMessageContaining("plain HTTP is refused on 10.0.0.1:8420");
    assertThatThrownBy(() -> read("plain-http: true\n")).hasMessageContaining("*:8420");
  }

  @Test
  void namesAFileThatIsNotThere() {
    assertThatThrownBy(() -> ServerConfig.read(directory.resolve("none.yaml")))
        .hasMessageContaining("none.yaml does not exist");
    assertThatThrownBy(() -> ServerConfig.read(directory)).hasMessageContaining("is not a file");
  }

  @Test
  void documentsEveryKey() throws IOException {
    String page =
        Files.readString(
            Path.of(System.getProperty("pullcord.root"), "docs/reference/server-config.md"));
    assertThat(page)
        .contains(
            "`state`", "`listen`", "`agents`", "`plain-http`", "`advertise`", "`name`", "`accent`");
  }

  private static final String UPSTREAM = "upstream:\n  url: https://git.example/acme/fleet.git\n";

  @ParameterizedTest
  @CsvSource({"github", "gitlab", "gitea", "forgejo", "bitbucket", "generic"})
  void readsAWebhookAndWhereCommitsAreShown(String kind) throws IOException {
    UpstreamConfig upstream =
        read(UPSTREAM
                + "  webhook: {kind: "
                + kind
                + ", secret-file: /etc/secret}\n  commit-url: 'https://git.example/c/{commit}'\n")
            .upstream();
    HostLinks host = Objects.requireNonNull(upstream).host();
    assertThat(host.webhook())
        .isEqualTo(
            new HostLinks.Webhook(
                WebhookKind.valueOf(kind.toUpperCase(Locale.ROOT)), Path.of("/etc/secret")));
    assertThat(host.commitUrl()).isEqualTo("https://git.example/c/{commit}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          webhook: {kind: githup, secret-file: /s}|did you mean github?
          webhook: {secret-file: /s}|the key kind is missing
          webhook: {kind: github}|the key secret-file is missing
          webhook: {kind: github, secret-file: s}|an absolute path expected
          webhook: {kind: github, secret: s}|secret
          commit-url: 'javascript:alert({commit})'|https://HOST/PATH/{commit} expected
          commit-url: 'https://git.example/c/'|https://HOST/PATH/{commit} expected
          commit-url: 'https://{commit}.example/'|https://HOST/PATH/{commit} expected
          commit-url: 'https://ann:secret@git.example/{commit}'|without a user
          commit-url: '//git.example/{commit}'|https://HOST/PATH/{commit} expected
          """)
  void saysWhatIsWrongWithAHost(String line, String said) {
    assertThatThrownBy(() -> read(UPSTREAM + "  " + line + "\n"))
        .hasMessageContaining(said)
        .hasMessageNotContaining("ann:secret");
  }
}
