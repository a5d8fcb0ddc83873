package dev.pullcord.cli.command.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.client.tls.Fingerprint;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.TestTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class LoginTest {
  @TempDir static Path keys;
  @TempDir Path home;
  private Machine machine;

  @BeforeEach
  void freshMachine() {
    Needs.tool("git");
    machine = new Machine(home);
    machine.type(FakeServer.TOKEN + "\n");
  }

  private static TestTls tls() throws Exception {
    return TestTls.make(Files.createTempDirectory(keys, "k").resolve("keys"));
  }

  private Path config() {
    return home.resolve(".config/pullcord/config.json");
  }

  @Test
  void worksOverPlainHttpOnThisMachine() throws Exception {
    try (FakeServer server = new FakeServer()) {
      assertThat(machine.run("login", server.url() + "/")).isZero();
      assertThat(machine.out()).contains("signed in to " + server.url() + " as ann (operator)");
      assertThat(machine.run("pins", "-o", "json")).isZero();
    }
  }

  @Test
  void storesTheKeyThatTheFingerprintAgreesWith() throws Exception {
    TestTls tls = tls();
    try (FakeServer server = new FakeServer(tls.context())) {
      String fingerprint = Fingerprint.of(tls.certificate()).hex();
      assertThat(machine.run("login", server.url(), "--fingerprint", fingerprint)).isZero();
      assertThat(config()).content().contains(fingerprint, FakeServer.TOKEN);
      machine.type("");
      assertThat(machine.run("pins")).isZero();
    }
  }

  @Test
  void setsUpGitForThatServerAndNoOther() throws Exception {
    TestTls tls = tls();
    try (FakeServer server = new FakeServer(tls.context())) {
      String fingerprint = Fingerprint.of(tls.certificate()).hex();
      machine.git("config", "--global", "credential.helper", "store");
      assertThat(machine.run("login", server.url(), "--fingerprint", fingerprint)).isZero();
      assertThat(machine.run("login", server.url(), "--fingerprint", fingerprint)).isZero();
      String url = server.url() + "/git/fleet.git";
      Path pem = Path.of(machine.git("config", "--get-urlmatch", "http.sslCAInfo", url));
      assertThat(pem).content().startsWith("-----BEGIN CERTIFICATE-----");
      assertThat(machine.git("config", "--get-all", "credential." + server.url() + ".helper"))
          .isEqualTo("!'/opt/it'\\''s/pullcord' git-credential");
      assertThat(machine.git("config", "--get-urlmatch", "http.sslCAInfo", "https://github.com"))
          .isEmpty();
      assertThat(machine.git("config", "--global", "--list")).doesNotContain(FakeServer.TOKEN);
    }
  }

  @Test
  void gitItselfTrustsTheServerAndGetsTheToken() throws Exception {
    TestTls tls = tls();
    try (FakeServer server = new FakeServer(tls.context())) {
      String url = server.url() + "/git/fleet.git";
      assertThat(machine.git("ls-remote", url)).containsIgnoringCase("certificate");
      machine.install();
      String fingerprint = Fingerprint.of(tls.certificate()).hex();
      assertThat(machine.run("login", server.url(), "--fingerprint", fingerprint)).isZero();
      assertThat(machine.git("ls-remote", url)).contains(FakeFleet.HEAD + "\trefs/heads/main");
    }
  }

  @Test
  void gitIsLetInAlsoWhereTheEnvironmentNamesOtherAuthorities() throws Exception {
    TestTls tls = tls();
    try (FakeServer server = new FakeServer(tls.context())) {
      machine.set("GIT_SSL_CAINFO", "/etc/ssl/certs/ca-certificates.crt");
      machine.install();
      String fingerprint = Fingerprint.of(tls.certificate()).hex();
      assertThat(machine.run("login", server.url(), "--fingerprint", fingerprint)).isZero();
      String url = server.url() + "/git/fleet.git";
      assertThat(machine.git("ls-remote", url)).contains(FakeFleet.HEAD + "	refs/heads/main");
    }
  }

  @Test
  void sendsNothingWhenTheFingerprintIsAnother() throws Exception {
    try (FakeServer server = new FakeServer(tls().context())) {
      assertThat(machine.run("login", server.url(), "--fingerprint", "ab".repeat(32))).isEqualTo(5);
      assertThat(machine.err()).contains("another key", "nothing was sent");
      assertThat(server.requests()).isEmpty();
      assertThat(config()).doesNotExist();
    }
  }

  @Test
  void asksWhetherTheKeyIsTheRightOne() throws Exception {
    TestTls tls = tls();
    try (FakeServer server = new FakeServer(tls.context())) {
      machine.terminal().willAnswer("no");
      assertThat(machine.run("login", server.url())).isEqualTo(1);
      assertThat(machine.err()).contains(Fingerprint.of(tls.certificate()).hex());
      assertThat(server.requests()).isEmpty();
      machine.terminal().willAnswer("yes", FakeServer.TOKEN);
      assertThat(machine.run("login", server.url())).isZero();
      assertThat(machine.terminal().questions()).endsWith("token: ");
      assertThat(config()).exists();
    }
  }

  @Test
  void aTokenThatWouldShowIsNotAskedForAndTheReasonIsSaid() throws Exception {
    try (FakeServer server = new FakeServer()) {
      machine.terminal().willAnswer(FakeServer.TOKEN);
      machine.terminal().cannotStopItsEcho();

      assertThat(machine.run("login", server.url())).isEqualTo(1);

      assertThat(machine.err())
          .startsWith("the token was not asked for, because it would show: ")
          .contains("stty -echo failed; give it on standard input");
      assertThat(machine.terminal().questions()).isEmpty();
    }
  }

  @Test
  void needsTheFingerprintWhereNobodyCanBeAsked() throws Exception {
    TestTls tls = tls();
    try (FakeServer server = new FakeServer(tls.context())) {
      assertThat(machine.run("login", server.url())).isEqualTo(2);
      assertThat(machine.err()).contains("--fingerprint", Fingerprint.of(tls.certificate()).hex());
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void storesNothingWhenTheServerDoesNotKnowTheToken() throws Exception {
    try (FakeServer server = new FakeServer()) {
      machine.type("wrong\n");
      assertThat(machine.run("login", server.url())).isEqualTo(4);
      assertThat(machine.err())
          .startsWith("this token does not work here; pullcord login http://")
          .doesNotContain("wrong");
      assertThat(config()).doesNotExist();
    }
  }

  @Test
  void refusesAnAddressThatWouldShowTheToken() {
    assertThat(machine.run("login", "http://fleet.example:8420")).isEqualTo(2);
    assertThat(machine.err()).contains("in the clear");
    assertThat(machine.run("login", "https://ann:secret@fleet.example")).isEqualTo(2);
    assertThat(machine.err()).doesNotContain("secret");
    machine.type("");
    assertThat(machine.run("login", "http://127.0.0.1:1")).isEqualTo(2);
    assertThat(machine.err()).contains("no token");
  }

  @Test
  void answersGitForItsOwnServerOnly() throws Exception {
    try (FakeServer server = new FakeServer()) {
      assertThat(machine.run("login", server.url())).isZero();
      String host = server.url().substring("http://".length());
      machine.type("protocol=http\nhost=" + host + "\npath=git/fleet.git\n\n");
      assertThat(machine.run("git-credential", "get")).isZero();
      assertThat(machine.out()).isEqualTo("username=pullcord\npassword=" + FakeServer.TOKEN + "\n");
      assertThat(machine.run("git-credential", "erase")).isZero();
      assertThat(machine.out()).isEmpty();
      for (String other :
          List.of("protocol=https\nhost=" + host, "protocol=http\nhost=evil.example", "")) {
        machine.type(other + "\n\n");
        assertThat(machine.run("git-credential", "get")).isZero();
        assertThat(machine.out()).isEmpty();
      }
    }
  }

  @Test
  void answersGitForTheStoredServerAlsoWhenTheEnvironmentNamesAnother() throws Exception {
    try (FakeServer server = new FakeServer()) {
      assertThat(machine.run("login", server.url())).isZero();
      machine.set("PULLCORD_URL", "https://elsewhere.example");
      machine.set("PULLCORD_TOKEN", "other");
      String host = server.url().substring("http://".length());
      machine.type("protocol=http\nhost=" + host + "\n\n");
      assertThat(machine.run("git-credential", "get")).isZero();
      assertThat(machine.out()).endsWith("password=" + FakeServer.TOKEN + "\n");
      machine.type("protocol=https\nhost=elsewhere.example\n\n");
      assertThat(machine.run("git-credential", "get")).isZero();
      assertThat(machine.out()).endsWith("password=other\n");
    }
  }

  @Test
  void clonesTheServersRepository() throws Exception {
    try (FakeServer server = new FakeServer()) {
      assertThat(machine.run("clone")).isEqualTo(4);
      assertThat(machine.run("login", server.url())).isZero();
      assertThat(machine.run("clone")).isZero();
      assertThat(machine.run("clone", "other", "here")).isZero();
      String branch = "init.defaultBranch=main";
      assertThat(machine.handedOver())
          .containsExactly(
              List.of("git", "-c", branch, "clone", "--", server.url() + "/git/fleet.git"),
              List.of("git", "-c", branch, "clone", "--", server.url() + "/git/other.git", "here"));
      assertThat(machine.run("clone", "../x")).isEqualTo(2);
    }
  }

  @Test
  void aCloneOfSomebodyWhomGitDoesNotKnowCommitsAsTheTokensOwner() throws Exception {
    try (FakeServer server = new FakeServer()) {
      assertThat(machine.run("login", server.url())).isZero();
      machine.git("init", "-q", "fleet");
      assertThat(machine.run("clone")).isZero();
      assertThat(machine.out())
          .isEqualTo("git knew no name for you; in this clone you commit as ann <ann@127.0.0.1>\n");
      assertThat(machine.git("-C", "fleet", "config", "--local", "user.name")).isEqualTo("ann");
      assertThat(machine.run("clone")).isZero();
      assertThat(machine.out()).isEmpty();

      machine.git("config", "--global", "user.email", "me@example.org");
      machine.git("init", "-q", "other");
      assertThat(machine.run("clone", "other", "other")).isZero();
      assertThat(machine.out()).contains("you commit as ann <me@example.org>");
    }
  }

  @Test
  void aCloneInTheFilesOfAnotherRepositoryHasToSayWhereTo() throws Exception {
    try (FakeServer server = new FakeServer()) {
      assertThat(machine.run("login", server.url())).isZero();
      machine.git("init", "-q", ".");
      assertThat(machine.run("clone")).isEqualTo(2);
      assertThat(machine.err()).contains("say where to: pullcord clone fleet ~/fleet");
      assertThat(machine.handedOver()).isEmpty();
      assertThat(machine.run("clone", "fleet", "here")).isZero();
    }
  }
}
