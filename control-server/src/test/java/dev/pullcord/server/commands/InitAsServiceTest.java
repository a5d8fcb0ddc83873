package dev.pullcord.server.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Root makes the server of a host: as if the directory were the usual one. */
class InitAsServiceTest {
  @TempDir Path directory;
  private final HostOfUnits host = new HostOfUnits();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path state;

  @BeforeEach
  void name() {
    state = directory.resolve("pullcord-server");
  }

  /** The user is whoever runs the test: the one of the package is not on every host. */
  private int init(String... more) {
    out.getBuffer().setLength(0);
    ServerService service = new ServerService(state, System.getProperty("user.name"), host.units());
    CommandLine line = new CommandLine(new InitCommand(service, true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(more);
  }

  @Test
  void makesItStartsItAndSaysTheNextTwoCommands() {
    assertThat(init("--host", "fleet.example", "10.0.0.7")).as(err.toString()).isZero();
    assertThat(host.isEnabled() && host.isActive()).isTrue();
    String fingerprint = out.toString().replaceAll("(?s).*key: ([0-9a-f]{64}).*", "$1");
    assertThat(out.toString())
        .contains(
            "admin token (shown only now): pct_",
            "pullcord login https://fleet.example:8420 --fingerprint " + fingerprint + "\n",
            "  pullcord invite\n",
            "pullcord-server.service is enabled, active");
    assertThat(state.resolve("store.db")).exists();
  }

  @Test
  void againItSaysWhatIsThereAndStartsWhatDoesNotRun() throws IOException {
    assertThat(init("--no-start")).isZero();
    assertThat(host.isEnabled() || host.isActive()).isFalse();
    assertThat(out.toString()).contains("pct_", "is not enabled, inactive");
    byte[] store = Files.readAllBytes(state.resolve("tls/people.key"));

    assertThat(init()).isZero();
    assertThat(host.isEnabled() && host.isActive()).isTrue();
    assertThat(out.toString())
        .contains("a server is here already", "pullcord-server admin-token", "pullcord login")
        .doesNotContain("pct_");
    assertThat(Files.readAllBytes(state.resolve("tls/people.key"))).isEqualTo(store);
  }

  @Test
  void printsTheSameJsonAsEverywhere() throws IOException {
    assertThat(init("-o", "json")).isZero();
    JsonNode said = PullcordJson.wire().readTree(out.toString());
    assertThat(said.path("adminToken").asText()).startsWith("pct_");
    assertThat(said.path("fingerprint").asText()).hasSize(64);
    assertThat(init("-o", "json")).isZero();
    assertThat(PullcordJson.wire().readTree(out.toString()).path("adminToken").isTextual())
        .isFalse();
  }

  @Test
  void showsTheTokenAlsoWhenTheUnitDoesNotStart() {
    host.failing();
    assertThat(init()).isNotZero();
    assertThat(out.toString()).contains("pct_");
    assertThat(err.toString()).contains("Job failed.", "BIND  cannot listen on *:8420");
  }

  @Test
  void withoutSystemdItSaysHowToStart() {
    host.withoutSystemd();
    assertThat(init()).isZero();
    assertThat(out.toString())
        .contains(
            "systemd does not run this host; start it with: runuser -u "
                + System.getProperty("user.name")
                + " -- pullcord-server run");
  }

  @Test
  void aBackupOfAnotherDirectoryThanTheOneThatTheUnitWorksInIsRefused() throws IOException {
    Path other = Path.of("/srv/pullcord");
    assertThat(StateOption.ofUnit(other, host.units())).isEqualTo(other);
    assertThat(init()).isZero();
    assertThatThrownBy(() -> StateOption.ofUnit(other, host.units()))
        .hasMessage(
            "STATE_DIFFERS  pullcord-server.service works in /var/lib/pullcord-server, and"
                + " server.yaml says state: /srv/pullcord; let both say the same, or name the one"
                + " that you mean with --state");
    Path unit = Path.of("/var/lib/pullcord-server");
    assertThat(StateOption.ofUnit(unit, host.units())).isEqualTo(unit);
  }
}
