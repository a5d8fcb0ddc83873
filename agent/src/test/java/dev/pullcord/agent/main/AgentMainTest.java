package dev.pullcord.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AgentMainTest {
  @TempDir private Path home;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine line =
        AgentMain.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  private String state() {
    return home.resolve("state").toString();
  }

  @Test
  void saysItsVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("pullcord-agent ");
  }

  @Test
  void helpsWithEveryCommand() {
    for (String command :
        new String[] {"join", "run", "status", "doctor", "plan", "sync", "retry", "log"}) {
      assertThat(run(command, "--help")).isZero();
    }
    assertThat(out.toString()).contains("--token-file").doesNotContain("--token ");
  }

  @Test
  void anErrorInACommandIsABugAndNotAFailure() throws IOException {
    CommandLine line = AgentMain.commandLine().setErr(new PrintWriter(err, true));
    line.addSubcommand("deep", new Overflowing());
    assertThat(AgentMain.execute(line, (_, _) -> {}, "deep")).isEqualTo(70);
    assertThat(err.toString().lines().toList())
        .singleElement()
        .asString()
        .startsWith("this is a bug in pullcord-agent: java.lang.StackOverflowError");
    Path details = Path.of(err.toString().strip().replaceFirst(".*; details are in ", ""));
    assertThat(details).content().contains("planted");
    Files.delete(details);
  }

  @CommandLine.Command(name = "deep")
  private static final class Overflowing implements Runnable {
    @Override
    public void run() {
      throw new StackOverflowError("planted");
    }
  }

  @Test
  void guessesWhatWasMeant() {
    assertThat(run("stauts")).isEqualTo(2);
    assertThat(err.toString()).contains("Did you mean").contains("status");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "join",
        "log -n x",
        "log -n 0",
        "run --stat x",
        "status -o xml",
        "doctor -o xml",
        "plan -o xml"
      })
  void endsWithTwoOnWrongUsage(String line) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
    assertThat(err.toString()).isNotBlank().doesNotContain("Exception");
  }

  @Test
  void saysWhatToDoOnANodeThatFollowsNothing() {
    assertThat(run("run", "--state", state())).isEqualTo(2);
    assertThat(err.toString()).contains("pullcord-agent join").contains("git: {url");
  }

  @Test
  void saysThatNoAgentRuns() {
    assertThat(run("sync", "--state", state())).isEqualTo(5);
    assertThat(err.toString()).contains("no agent runs on").contains("pullcord-agent run");
  }

  @Test
  void saysThatThereIsNoSuchStateDirectory() {
    assertThat(run("status", "--state", state())).isEqualTo(1);
    assertThat(err.toString()).contains("no agent ever ran on it");
  }

  @Test
  void theDoctorEndsWithOneAndSaysWhatIsWrong() {
    assertThat(run("doctor", "--state", state())).isEqualTo(1);
    assertThat(out.toString())
        .contains("WRONG  state", "no agent ever ran on it", "do: pullcord-agent join")
        .containsPattern("of 14 wrong: state, membership");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theDoctorSpeaksJsonForPrograms() throws IOException {
    assertThat(run("doctor", "--state", state(), "-o", "json")).isEqualTo(1);
    JsonNode checks = PullcordJson.wire().readTree(out.toString()).path("checks");
    assertThat(checks).hasSize(14);
    assertThat(checks.get(0).fieldNames())
        .toIterable()
        .containsExactly("name", "ok", "detail", "fix");
    assertThat(home.resolve("state")).doesNotExist();
  }

  @Test
  void showsEveryProblemOfTheConfiguration() throws IOException {
    Path file = home.resolve("agent.yaml");
    Files.writeString(file, "pol: 1s\nstat: x\n");

    assertThat(run("run", "--config", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("did you mean poll?").contains("did you mean state?");
  }

  @Test
  void refusesASecondDecider() throws IOException {
    try (FakeServer server = FakeServer.start()) {
      Path token = Files.writeString(home.resolve("token"), server.invite() + "\n");
      assertThat(
              run(
                  "join",
                  server.url(),
                  "--name",
                  "edge-1",
                  "--state",
                  state(),
                  "--token-file",
                  token.toString()))
          .isZero();
      Path file = home.resolve("agent.yaml");
      Files.writeString(
          file, "notify: {url: \"https://x/\", secret-file: /x}\nstate: " + state() + "\n");

      assertThat(run("run", "--config", file.toString())).isEqualTo(2);
      assertThat(err.toString()).contains("CONFIG_CONFLICT").contains(server.url());
    }
  }

  @Test
  void joinsAndSaysSoAgain() throws IOException {
    try (FakeServer server = FakeServer.start()) {
      Path token = Files.writeString(home.resolve("token"), server.invite());
      String[] join = {
        "join", server.url(), "--name", "edge-1", "--state", state(), "--token-file", token + ""
      };

      assertThat(run(join)).isZero();
      assertThat(run(join)).isZero();
      assertThat(out.toString())
          .contains("node edge-1 has joined: " + server.url())
          .contains("has joined already");
    }
  }

  @Test
  void endsWithFourWhenTheTokenIsRefusedAndNeverShowsIt() throws IOException {
    try (FakeServer server = FakeServer.start()) {
      String text = server.invite();
      Path token = Files.writeString(home.resolve("token"), text);
      String other = home.resolve("other").toString();
      String tokenFile = token.toString();
      assertThat(
              run("join", server.url(), "--state", other, "--name", "a", "--token-file", tokenFile))
          .isZero();

      assertThat(
              run(
                  "join",
                  server.url(),
                  "--state",
                  state(),
                  "--name",
                  "b",
                  "--token-file",
                  tokenFile))
          .isEqualTo(4);
      assertThat(err.toString()).contains("TOKEN_REFUSED").doesNotContain(text);
    }
  }

  @Test
  void doesOnePassWithoutAServer() throws IOException {
    TempGitRemote remote = TempGitRemote.create(home.resolve("git"));
    remote.push(
        Map.of(
            "pullcord.yaml",
            "version: 1\nbundles: {search: {paths: [search/], on-change: nothing}}\n",
            "search/p",
            "needle"),
        "one");
    Path file = home.resolve("agent.yaml");
    Files.writeString(
        file,
        "node: box\nstate: " + state() + "\ngit: {url: \"" + remote.url() + "\"}\nas-root: true\n");

    int code = run("run", "--once", "--config", file.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(home.resolve("state/current/search/p")).hasContent("needle");
    assertThat(run("status", "--config", file.toString())).isZero();
    assertThat(out.toString()).contains("box  converged").contains("no agent is running");
    assertThat(run("status", "-o", "json", "--config", file.toString())).isZero();
    assertThat(out.toString()).contains("\"state\":\"converged\"");
  }
}
