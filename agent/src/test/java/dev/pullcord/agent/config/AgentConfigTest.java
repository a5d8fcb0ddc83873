package dev.pullcord.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteLogin;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.protocol.manifest.WorkReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentConfigTest {
  @TempDir private Path home;

  private AgentConfig.Result read(String text) throws IOException {
    Path file = home.resolve("agent.yaml");
    Files.writeString(file, text);
    return ConfigReader.read(file, null, "Edge_1.example.org");
  }

  private AgentConfig good(String text) throws IOException {
    AgentConfig.Result result = read(text);
    assertThat(result).isInstanceOf(AgentConfig.Result.Read.class);
    return ((AgentConfig.Result.Read) result).config();
  }

  private List<String> bad(String text) throws IOException {
    AgentConfig.Result result = read(text);
    assertThat(result).isInstanceOf(AgentConfig.Result.Bad.class);
    return ((AgentConfig.Result.Bad) result).problems();
  }

  @Test
  void readsTheMinimalAgentWithoutAServer() throws IOException {
    AgentConfig config =
        good("git: {url: \"https://git.example/fleet.git\", branch: main, poll: 30s}");

    assertThat(config.git())
        .isEqualTo(
            new AgentConfig.Git(
                new RemoteAccess(new RemoteUrl("https://git.example/fleet.git"), null, null, "git"),
                "main",
                Duration.ofSeconds(30)));
    assertThat(config.node().value()).isEqualTo("edge-1");
    assertThat(config.state()).isEqualTo(Path.of("/var/lib/pullcord"));
  }

  @Test
  void readsEveryKey() throws IOException {
    AgentConfig config =
        good(
            "{state: /srv/pullcord, node: box, poll: 10s, keep-for: 1h,"
                + " env-files: [/etc/pullcord/env/, /etc/grep.env],"
                + " noop: true, git: {url: \"file:///r\"}}");

    assertThat(config.state()).isEqualTo(Path.of("/srv/pullcord"));
    assertThat(config.node().value()).isEqualTo("box");
    assertThat(config.poll()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.policy().keepFor()).isEqualTo(Duration.ofHours(1));
    assertThat(config.policy().envFiles().entries())
        .containsExactly("/etc/pullcord/env/", "/etc/grep.env");
    assertThat(config.policy().noop()).isTrue();
    assertThat(config.text()).contains("drift report, noop: ");
    assertThat(config.text()).contains("/srv/pullcord").contains("file:///r");
  }

  @Test
  void readsCredentialsAndWhomToTell() throws IOException {
    AgentConfig config =
        good(
            """
            git:
              url: git@git.example:acme/fleet.git
              credentials: {key-file: /k, known-hosts-file: /h}
            notify: {url: "https://chat.example/hook", secret-file: /s, ca-file: /c}
            """);
    assertThat(config.git())
        .isEqualTo(
            new AgentConfig.Git(
                new RemoteAccess(
                    new RemoteUrl("git@git.example:acme/fleet.git"),
                    new RemoteLogin("pullcord", null, null, Path.of("/k"), Path.of("/h")),
                    null,
                    "git"),
                "main",
                Duration.ofSeconds(30)));
    assertThat(config.webhook())
        .isEqualTo(
            new AgentConfig.Notify(
                URI.create("https://chat.example/hook"), Path.of("/s"), Path.of("/c")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://u:geheim@git.example/x | a user name or a password in the URL",
        "ssh://git:geheim@git.example/x | a password in the URL",
        "https://git.example/ge heim@x | no address",
        "ssh://git.example/x | ssh://USER@HOST/PATH",
        "http://git.example/x | https://HOST/PATH",
        "git@git.example:-x | expected",
        "git@git.example:x | credentials: {key-file, known-hosts-file} expected"
      })
  void refusesAnAddressWithoutShowingASecretInIt(String url, String why) throws IOException {
    List<String> problems = bad("git: {url: \"" + url + "\"}");
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst()).contains(why).doesNotContain("geheim");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "git: {url: 'ssh://a@b/c', credentials: {key-file: /k}} | known-hosts-file",
        "git: {url: 'https://b/c', credentials: {known-hosts-file: /k}} | goes with ssh://",
        "git: {url: 'https://b/c', credentials: {key-file: /k}} | belong together",
        "git: {url: 'https://b/c', ca-file: k} | an absolute path expected",
        "notify: {url: 'http://chat.example/x', secret-file: /s} | https://HOST/PATH expected",
        "notify: {url: 'https://u:geheim@chat.example/x', secret-file: /s} | without a user",
        "notify: {url: 'http://127.0.0.1/x', secret-file: /s, ca-file: /c} | goes with https://",
        "notify: {url: 'https://u:geheim%@chat.example/x', secret-file: /s} | no address",
        "notify: {url: 'https://b/x', secret-file: /s, ca-file: c} | an absolute path expected",
        "notify: {url: 'https://b/x', secret-file: /s, ca: /c} | known are url, secret-file,",
        "notify: {url: 'https://chat.example/x'} | secret-file"
      })
  void refusesCredentialsThatDoNotGoTogether(String text, String why) throws IOException {
    assertThat(String.join(" ", bad(text))).contains(why).doesNotContain("geheim");
  }

  @Test
  void needsNoFileForANodeWithAServer() {
    assertThat(ConfigReader.read(null, home, "edge"))
        .isInstanceOfSatisfying(
            AgentConfig.Result.Read.class, r -> assertThat(r.config().state()).isEqualTo(home));
  }

  @Test
  void letsTheCommandLineWin() throws IOException {
    Path file = home.resolve("agent.yaml");
    Files.writeString(file, "state: /srv/pullcord");

    assertThat(ConfigReader.read(file, home, "edge"))
        .isInstanceOfSatisfying(
            AgentConfig.Result.Read.class, r -> assertThat(r.config().state()).isEqualTo(home));
  }

  @Test
  void showsAllProblemsAtOnce() throws IOException {
    assertThat(bad("state: here\npol: 1s\ngit: {branch: \"a..b\", poll: 1ms}\n"))
        .hasSize(5)
        .anySatisfy(p -> assertThat(p).contains("agent.yaml:1:8").contains("absolute"))
        .anySatisfy(p -> assertThat(p).contains("did you mean poll?"))
        .anySatisfy(p -> assertThat(p).contains("url is missing"))
        .anySatisfy(p -> assertThat(p).contains("not the name of a branch"))
        .anySatisfy(p -> assertThat(p).startsWith("CONFIG_RANGE").contains("git.poll"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0:9421",
        "10.0.0.1:9421",
        "127.0.0.1",
        "localhost:0",
        "[::]:9421",
        "127.999.1.1:9421",
        "127.0.0.01:9421"
      })
  void refusesToShowItsMetricsToOtherHosts(String address) throws IOException {
    assertThat(bad("metrics: {listen: \"" + address + "\"}"))
        .singleElement()
        .asString()
        .contains("metrics.listen")
        .contains("no loopback address");
  }

  @Test
  void readsWhichWorkersHaveAUserOfTheirOwn() throws IOException {
    AgentConfig config = good("users: {grep: greppers, index: pullcord-worker}");

    assertThat(config.policy().users().byWorker()).isEqualTo(Map.of("grep", "greppers"));
    assertThat(config.text()).contains("users grep=greppers");
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "pullcord", "'a@b'", "''", "Ada", "../x", "[a]"})
  void refusesAUserThatNoWorkerCanHave(String user) throws IOException {
    assertThat(bad("users: {index: indexers, grep: " + user + "}"))
        .singleElement()
        .asString()
        .contains("users.grep");
  }

  @Test
  void readsWhereItShowsItsMetrics() throws IOException {
    AgentConfig.Metrics metrics =
        good("metrics: {listen: \"[::1]:9421\", textfile: /srv/node_exporter/pullcord.prom}")
            .metrics();

    assertThat(metrics.listen()).isEqualTo(new InetSocketAddress("::1", 9421));
    assertThat(metrics.textfile()).isEqualTo(Path.of("/srv/node_exporter/pullcord.prom"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"env/", "/etc/../env/", "/etc//env", "/etc/./env", "''"})
  void refusesAnEnvFileThatIsNoPlainPath(String path) throws IOException {
    assertThat(bad("env-files: [/etc/good.env, " + path + "]"))
        .singleElement()
        .asString()
        .contains("env-files[1]")
        .contains("plain form");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://git.example/x.git",
        "ssh://git@host/x",
        "git@host:x.git",
        "/srv/x.git",
        "file://host/x",
        "ext::sh -c id",
        "--upload-pack=x"
      })
  void refusesARemoteThatIsNone(String url) throws IOException {
    assertThat(bad("git: {url: \"" + url + "\"}")).singleElement().asString().contains("git.url");
  }

  @Test
  void refusesAPasswordInAUrlWithoutShowingIt() throws IOException {
    assertThat(bad("git: {url: \"https://ada:hunter2@git.example/x.git\"}"))
        .singleElement()
        .asString()
        .contains("password")
        .doesNotContain("hunter2");
  }

  @Test
  void saysWhichUserCannotReadWhichFile() {
    assertThat(ConfigReader.read(home.resolve("none.yaml"), null, "edge"))
        .isInstanceOfSatisfying(
            AgentConfig.Result.Bad.class,
            b ->
                assertThat(b.problems().getFirst())
                    .contains("none.yaml")
                    .contains(System.getProperty("user.name"))
                    .contains("no such file"));
  }

  @ParameterizedTest
  @CsvSource({
    "Edge_1.example.org, edge-1",
    "web.prod, web",
    "'', node",
    "___, node",
    "UPPER, upper"
  })
  void makesANodeNameOfAHostName(String host, String node) {
    assertThat(HostNames.nodeName(host).value()).isEqualTo(node);
  }

  @Test
  void documentsEveryKeyAndNoOther() throws IOException {
    String page =
        Files.readString(
            Path.of(System.getProperty("pullcord.root"), "docs/reference/agent-config.md"));
    List<String> documented =
        page.lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(3, line.indexOf('`', 3)))
            .toList();

    assertThat(documented).containsExactlyInAnyOrderElementsOf(ConfigReader.KEYS);
  }

  @Test
  void aKindOrARefThatCannotBeIsNamed() throws IOException {
    assertThat(bad("kinds: [process, unit]\nrefs: [main, \"a b\"]"))
        .anySatisfy(p -> assertThat(p).contains("\"unit\" is not one of ", "process, celery"))
        .anySatisfy(p -> assertThat(p).contains("\"a b\" is not a ref"));
  }

  @Test
  void anOwnerCanAllowEveryKindThatIsRead() throws IOException {
    for (WorkReader kind : WorkReader.all()) {
      assertThat(good("kinds: [" + kind.kind() + "]").policy().allowed().kinds())
          .containsExactly(kind.kind());
    }
  }

  @Test
  void knowsTheKeysThatItClaims() throws IOException {
    for (String key : ConfigReader.KEYS) {
      String value =
          List.of("env-files", "refs", "kinds", "actions", "targets").contains(key) ? "8" : "[]";
      String wrong =
          key.contains(".")
              ? key.replace(".", ": {") + ": []" + "}".repeat(key.split("\\.", -1).length - 1)
              : key + ": " + value;

      assertThat(bad(wrong)).anySatisfy(p -> assertThat(p).startsWith("CONFIG_TYPE").contains(key));
    }
  }
}
