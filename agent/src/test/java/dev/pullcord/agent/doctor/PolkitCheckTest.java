package dev.pullcord.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.config.ConfigReader;
import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.base.doctor.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root looks for the rule; the agent's user tries what the rule allows; nobody else is asked. */
class PolkitCheckTest {
  private static final String OWNER = "pullcord";

  @TempDir Path state;
  private AgentHost host;
  private Path rule;

  @BeforeEach
  void makeAHost() {
    host = new AgentHost(state);
    rule = state.resolve("50-pullcord.rules");
  }

  private Finding look(String user) throws IOException {
    ExaminedHost on = new ExaminedHost(user, state, host.units(), List.of(rule), Map.of());
    ExaminedAgent agent =
        new ExaminedAgent(
            state, OWNER, ConfigReader.read(rule, state, "edge-1"), host, new FakeClock(), on);
    return new PolkitCheck(agent).look();
  }

  @Test
  void rootLooksForTheRule() throws IOException {
    assertThat(look("root").detail()).isEqualTo(rule + " is not there");
    Files.writeString(rule, "");
    Files.setPosixFilePermissions(rule, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(look("root").ok()).isTrue();
  }

  @Test
  void aRuleThatPolkitsUserMayNotReadIsNoRule() throws IOException {
    Files.writeString(rule, "");
    Files.setPosixFilePermissions(rule, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(look("root").ok()).isFalse();
    assertThat(look("root").fix()).startsWith("chmod 644 " + rule);
    Files.setPosixFilePermissions(rule, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(look("root").ok()).isTrue();
  }

  @Test
  void theAgentsUserTriesIt() throws IOException {
    assertThat(look(OWNER).ok()).isTrue();
    host.polkit = false;
    assertThat(look(OWNER).detail()).contains("polkit refuses user pullcord", "Access denied");
  }

  @Test
  void somebodyElseCannotTell() throws IOException {
    host.polkit = false;
    assertThat(look("ada").detail()).isEqualTo("not looked at: run this as root or as pullcord");
  }
}
