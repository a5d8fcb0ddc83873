package dev.pullcord.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The daemon in a process of its own, for the log is set up by the first logger that is made there:
 * one that is made too early leaves the daemon with the log of the other commands.
 */
class DaemonLogTest {
  private static final int SECONDS_MAX = 60;
  private static final String INFO = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  .*";

  @TempDir private Path home;

  @Test
  void saysWhatItDoesWithTheTimeOnStandardOutput() throws Exception {
    List<String> log = log("INFO", "run", "--once", "--config", config("usual").toString());

    assertThat(log).isNotEmpty().allSatisfy(line -> assertThat(line).matches(INFO));
    assertThat(log.getFirst()).contains("pullcord-agent ");
    assertThat(log)
        .filteredOn(
            line -> line.contains("everything runs as user " + System.getProperty("user.name")))
        .hasSize(1);
    assertThat(log.getLast()).contains("converged: ");
  }

  @Test
  void saysAsMuchAsItIsAskedTo() throws Exception {
    assertThat(log("WARN", "run", "--once", "--config", config("quiet").toString())).isEmpty();
  }

  /** Of an agent with a state and a remote of its own. */
  private Path config(String name) throws IOException {
    Needs.tool("git");
    Path own = Files.createDirectory(home.resolve(name));
    TempGitRemote remote = TempGitRemote.create(own.resolve("remote"));
    remote.push(
        Map.of("pullcord.yaml", "version: 1\nbundles: {all: {paths: [f]}}\n", "f", "x"), "One");
    Path config = own.resolve("agent.yaml");
    String git = "git: {url: \"" + remote.url() + "\"}\n";
    return Files.writeString(
        config, git + "state: " + own.resolve("state") + "\nnode: edge-1\nas-root: true\n");
  }

  private List<String> log(String level, String... arguments)
      throws IOException, InterruptedException {
    Path out = home.resolve("out");
    Path err = home.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-Dpullcord.log=" + level,
            "-cp",
            System.getProperty("java.class.path"),
            AgentMain.class.getName());
    builder.command().addAll(List.of(arguments));
    Process agent = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(agent.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    } finally {
      agent.destroyForcibly();
    }
    assertThat(agent.exitValue()).as(Files.readString(err) + Files.readString(out)).isZero();
    return Files.readAllLines(out);
  }
}
