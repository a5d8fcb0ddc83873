package dev.pullcord.cli.command.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.client.tls.Fingerprint;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signed in to two servers; on each of them one node says which it is. */
@SuppressWarnings("NullAway.Init")
class ContextsTest {
  @TempDir Path home;
  private FakeServer prod;
  private FakeServer lab;
  private Machine machine;

  @BeforeEach
  void signInTwice() throws IOException {
    prod = new FakeServer();
    lab = new FakeServer();
    prod.fleet().set("prod-1", NodeState.CONVERGED, "");
    lab.fleet().set("lab-1", NodeState.CONVERGED, "");
    machine = new Machine(home);
    machine.type(FakeServer.TOKEN + "\n");
    assertThat(machine.run("login", prod.url(), "-c", "prod")).as(machine.err()).isZero();
    assertThat(machine.out()).doesNotContain("context");
    assertThat(machine.run("login", lab.url(), "--context", "lab")).as(machine.err()).isZero();
    assertThat(machine.out()).contains("context lab is used from now on");
  }

  @AfterEach
  void stop() {
    prod.close();
    lab.close();
  }

  private void asks(String node, String... options) {
    String[] line = new String[options.length + 1];
    line[0] = "nodes";
    System.arraycopy(options, 0, line, 1, options.length);
    assertThat(machine.run(line)).as(machine.err()).isZero();
    assertThat(machine.out().lines().skip(1)).singleElement().asString().startsWith(node + " ");
  }

  private void refused(int code, String error, String... line) {
    assertThat(machine.run(line)).isEqualTo(code);
    assertThat(machine.err()).isEqualTo(error + "\n");
  }

  @Test
  void verbsAskTheCurrentServerOrTheOneThatIsNamed() {
    asks("lab-1");
    asks("prod-1", "-c", "prod");
    assertThat(machine.run("-c", "prod", "why", "prod-1")).as("before the verb").isZero();
    assertThat(machine.run("contexts", "use", "prod")).isZero();
    assertThat(machine.out()).isEqualTo("context prod is used: " + prod.url() + "\n");
    asks("prod-1");
    asks("lab-1", "--context", "lab");
    assertThat(machine.run("contexts", "use", "lab", "-o", "json")).isZero();
    assertThat(machine.out()).isEqualTo("{\"current\":\"lab\"}\n");
  }

  @Test
  void aNameThatIsNotThereIsWrongUsage() {
    String error = "no context \"prd\": there are lab, prod; did you mean prod?";
    refused(2, error, "nodes", "-c", "prd");
    refused(2, error, "contexts", "use", "prd");
    refused(2, error, "logout", "-c", "prd");
    assertThat(prod.requests()).hasSize(2); // the two of the login
  }

  @Test
  void contextsAreListedWithoutTheirTokens() {
    assertThat(machine.run("contexts")).isZero();
    assertThat(machine.out())
        .isEqualTo(
            """
            CONTEXT  SERVER
            lab      LAB  current
            prod     PROD
            """
                .replace("LAB", lab.url())
                .replace("PROD", prod.url()));
    assertThat(machine.run("contexts", "-o", "json")).isZero();
    assertThat(machine.out())
        .isEqualTo(
            "{\"contexts\":[{\"name\":\"lab\",\"url\":\"%s\",\"current\":true},"
                    .formatted(lab.url())
                + "{\"name\":\"prod\",\"url\":\"%s\",\"current\":false}]}\n".formatted(prod.url()));
    assertThat(machine.run("contexts", "--names")).isZero();
    assertThat(machine.out()).isEqualTo("lab\nprod\n");
  }

  @Test
  void theEnvironmentWins() {
    machine.set("PULLCORD_URL", prod.url());
    asks("prod-1");
    asks("prod-1", "-c", "prod");
    refused(
        2,
        "-c lab is %s, and PULLCORD_URL is %s: leave out -c, or unset PULLCORD_URL"
            .formatted(lab.url(), prod.url()),
        "nodes",
        "-c",
        "lab");
    assertThat(machine.run("contexts")).isZero();
    assertThat(machine.out())
        .endsWith("PULLCORD_URL is set, so the verbs ask " + prod.url() + "\n");
    machine.set("PULLCORD_TOKEN", "pct_other");
    assertThat(machine.run("nodes")).isEqualTo(4);
    assertThat(machine.err()).startsWith("the token in PULLCORD_TOKEN does not work here");
  }

  @Test
  void loggingOutForgetsOneServerAndLeavesTheOthers() throws Exception {
    assertThat(machine.git("config", "--global", "--list")).contains(lab.url(), prod.url());
    assertThat(machine.run("logout")).isZero();
    assertThat(machine.out())
        .isEqualTo(
            """
            signed out of LAB; an admin ends the token with pullcord tokens revoke
            pullcord contexts use NAME chooses another: prod
            """
                .replace("LAB", lab.url()));
    assertThat(machine.git("config", "--global", "--list"))
        .contains(prod.url())
        .doesNotContain(lab.url());
    String none =
        "no context is chosen: run pullcord contexts use NAME, or give -c NAME; there are prod";
    refused(4, none, "nodes");
    refused(4, "no context is chosen: give -c NAME; there are prod", "logout");
    asks("prod-1", "-c", "prod");
    assertThat(machine.run("logout", "-c", "prod", "-o", "json")).isZero();
    assertThat(machine.out()).isEqualTo("{\"removed\":\"prod\"}\n");
    assertThat(home.resolve(".config/pullcord/config.json")).doesNotExist();
    refused(4, "not signed in", "logout");
    assertThat(machine.run("contexts")).isZero();
    assertThat(machine.out()).startsWith("no login; pullcord login ");
  }

  @Test
  void theSecondLoginAtAServerKeepsGitWorkingWhenTheFirstIsForgotten() throws Exception {
    machine.type(FakeServer.TOKEN + "\n");
    assertThat(machine.run("login", lab.url(), "-c", "lab-admin")).isZero();
    assertThat(machine.run("logout", "-c", "lab")).isZero();
    assertThat(machine.git("config", "--global", "--list")).contains(lab.url());
    asks("lab-1");
  }

  @Test
  void aNameOfAnotherServerIsNotTakenOver() {
    refused(
        2,
        "context prod is %s: give another name, or sign out there with pullcord logout -c prod"
            .formatted(prod.url()),
        "login",
        lab.url(),
        "-c",
        "prod");
    refused(
        2,
        "\"a b\" is no name of a context: up to 63 letters, digits, . _ - expected",
        "login",
        lab.url(),
        "-c",
        "a b");
  }

  @Test
  void aLoginThatComesMeanwhileKeepsItsName() {
    assertThat(machine.run("logout", "-c", "lab")).isZero();
    assertThat(machine.run("logout", "-c", "prod")).isZero();
    Machine other = new Machine(home);
    other.type(FakeServer.TOKEN + "\n");
    prod.meanwhile(() -> assertThat(other.run("login", lab.url())).as(other.err()).isZero());
    machine.type(FakeServer.TOKEN + "\n");

    assertThat(machine.run("login", prod.url())).as(machine.err()).isZero();

    asks("lab-1", "-c", "127.0.0.1");
    asks("prod-1", "-c", "127.0.0.1-" + prod.url().replaceAll(".*:", ""));
  }

  @Test
  void anEnvironmentThatIsHalfSetKeepsNoTokenFromGit() throws Exception {
    machine.set("PULLCORD_URL", "https://elsewhere.example");
    assertThat(credential(lab)).endsWith("password=" + FakeServer.TOKEN + "\n");
    machine.set("PULLCORD_URL", "https://elsewhere.example:99999");
    assertThat(credential(lab)).endsWith("password=" + FakeServer.TOKEN + "\n");
    assertThat(machine.err()).isEmpty();
  }

  @Test
  void gitGetsTheTokenOfEachServerByItsUrl() throws Exception {
    String config = ".config/pullcord/config.json";
    String stored = Files.readString(home.resolve(config));
    Files.writeString(home.resolve(config), stored.replaceFirst("pct_secret", "pct_of_lab"));
    assertThat(credential(lab)).endsWith("password=pct_of_lab\n");
    assertThat(credential(prod)).endsWith("password=" + FakeServer.TOKEN + "\n");
    assertThat(machine.run("logout", "-c", "lab")).isZero();
    assertThat(credential(lab)).isEmpty();
    assertThat(credential(prod)).endsWith("password=" + FakeServer.TOKEN + "\n");
  }

  private String credential(FakeServer server) {
    machine.type("protocol=http\nhost=" + server.url().substring("http://".length()) + "\n\n");
    assertThat(machine.run("git-credential", "get")).isZero();
    return machine.out();
  }

  @Test
  void serversBehindOneProxyAreToldApartByTheirPath() throws Exception {
    Path config = home.resolve(".config/pullcord/config.json");
    String login = "\"%s\":{\"url\":\"https://proxy.example/%s\",\"token\":\"%s\"}";
    Files.writeString(
        config,
        "{\"current\":null,\"contexts\":{"
            + login.formatted("a", "a", "of_a")
            + ","
            + login.formatted("b", "b", "of_b")
            + "}}");
    machine.type("protocol=https\nhost=proxy.example\npath=b/git/fleet.git\n\n");
    assertThat(machine.run("git-credential", "get")).isZero();
    assertThat(machine.out()).endsWith("password=of_b\n");
    machine.type("protocol=https\nhost=proxy.example\npath=c/git/fleet.git\n\n");
    assertThat(machine.run("git-credential", "get")).isZero();
    assertThat(machine.out()).isEmpty();
  }

  @Test
  void realGitReachesBothServersOverTls() throws Exception {
    machine.install();
    for (String name : List.of("one", "two")) {
      TestTls tls = TestTls.make(home.resolve(name + ".keys"));
      try (FakeServer secure = new FakeServer(tls.context());
          FakeServer other = new FakeServer(TestTls.make(home.resolve(name + ".x")).context())) {
        machine.type(FakeServer.TOKEN + "\n");
        String key = Fingerprint.of(tls.certificate()).hex();
        assertThat(machine.run("login", secure.url(), "-c", name, "--fingerprint", key))
            .as(machine.err())
            .isZero();
        assertThat(machine.git("ls-remote", secure.url() + "/git/fleet.git"))
            .endsWith("refs/heads/main");
        assertThat(machine.git("ls-remote", other.url() + "/git/fleet.git"))
            .as("a server that nobody signed in to")
            .doesNotContain("refs/heads/main");
      }
    }
  }
}
