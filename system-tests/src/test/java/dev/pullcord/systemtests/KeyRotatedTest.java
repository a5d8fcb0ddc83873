package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server's keys are replaced. Nobody is locked out: neither a node that was there all the time,
 * nor one that was away from the first step to the last, nor people and their git, nor a host with
 * a token from before.
 */
class KeyRotatedTest {
  @TempDir Path directory;
  private LocalFleet fleet;

  @BeforeEach
  void start() {
    fleet = Fleets.converged(directory.resolve("fleet"), 2);
  }

  @AfterEach
  void end() {
    fleet.close();
  }

  @Test
  void nobodyIsLockedOutWhoeverWasAway() throws IOException {
    String head = fleet.workTree().head();
    LocalAgent there = fleet.agent(0);
    LocalAgent away = fleet.agent(1);
    String before = pin(there, "serverPin");
    String invited = fleet.api().invite(1).token();
    signIn("ann");
    signIn("bob");
    assertThat(rotate("--switch").output()).contains("NO_NEXT_KEY");

    away.stop();
    assertThat(rotate().exit()).isZero();
    assertThat(rotate("--switch").output()).contains("NOT_SHOWN");
    restart();
    Eventually.within(Fleets.RECOVERY)
        .until("it knows the next key", () -> pin(there, "nextPin"), next -> !next.isEmpty());
    String next = pin(there, "nextPin");
    assertThat(pin(there, "serverPin")).isEqualTo(before).isNotEqualTo(next);
    assertThat(pullcord("ann", "nodes").exit()).isZero();
    String refusal =
        Eventually.within(Fleets.RECOVERY)
            .until(
                "the contact of node-1 is stored",
                () -> rotate("--switch").output(),
                output -> !output.contains("node-1"));
    assertThat(refusal).contains("NODES_AWAY", "node-2");

    assertThat(rotate("--switch", "--anyway").exit()).isZero();
    restart();
    Fleets.connected(there);
    Eventually.within(Fleets.RECOVERY)
        .until("it has changed over", () -> pin(there, "serverPin"), next::equals);
    away.start();
    Fleets.convergedOn(fleet, away, head);
    assertThat(pin(away, "serverPin")).isEqualTo(next);
    assertThat(away.lastLines()).contains("vouched for by the key before");
    assertThat(fleet.newAgent("late").join(fleet.agentsUrl(), invited).exit()).isZero();

    assertThat(git("ann").exit()).as("git trusts the key that was announced").isZero();
    assertThat(git("bob").exit()).as("git does not know vouchers").isNotZero();
    assertThat(pullcord("bob", "nodes").exit()).isZero();
    assertThat(git("bob").exit()).isZero();
    assertThat(rotate("--forget", "--anyway").exit()).isZero();
    restart();
    Fleets.connected(there);
    Fleets.connected(away);
    assertThat(pullcord("ann", "nodes").exit()).isZero();
    assertThat(git("ann").exit()).isZero();
  }

  private void restart() {
    fleet.stopServer();
    fleet.startServer();
  }

  private ProgramCall.Result rotate(String... options) {
    List<String> argv =
        new ArrayList<>(List.of(fleet.programs().server(), "tls", "rotate", "--state"));
    argv.add(fleet.serverState().toString());
    argv.addAll(List.of(options));
    return ProgramCall.of(directory, Map.of(), argv).run();
  }

  private void signIn(String who) {
    List<String> argv =
        List.of(fleet.programs().cli(), "login", fleet.url(), "--fingerprint", fleet.fingerprint());
    ProgramCall.of(directory, home(who), argv).withInput(fleet.adminToken() + "\n").runOrFail();
    assertThat(git(who).exit()).isZero();
  }

  private ProgramCall.Result pullcord(String who, String... arguments) {
    List<String> argv = new ArrayList<>(List.of(fleet.programs().cli()));
    argv.addAll(List.of(arguments));
    return ProgramCall.of(directory, home(who), argv).run();
  }

  private ProgramCall.Result git(String who) {
    List<String> argv = List.of("git", "ls-remote", fleet.url() + "/git/fleet.git");
    return ProgramCall.of(directory, home(who), argv).run();
  }

  private Map<String, String> home(String who) {
    Path home = directory.resolve(who);
    return Map.of(
        "HOME",
        home.toString(),
        "XDG_CONFIG_HOME",
        home.resolve(".config").toString(),
        "GIT_TERMINAL_PROMPT",
        "0");
  }

  private static String pin(LocalAgent agent, String key) throws IOException {
    String member = Files.readString(agent.state().resolve("node.json"));
    Matcher found = Pattern.compile("\"" + key + "\":\"([0-9a-f]{64})\"").matcher(member);
    return found.find() ? found.group(1) : "";
  }
}
