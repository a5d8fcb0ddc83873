package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.tls.Pem;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.GitHttpUpstream;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.TempGitRemote;
import dev.pullcord.testkit.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real nodes behind a server that mirrors a git host with a password and an own authority. */
@SuppressWarnings("NullAway.Init")
class MirrorTest {
  private static final String PASSWORD = "geheim";

  @TempDir static Path directory;
  private static TempGitRemote remote;
  private static TestTls tls;
  private static GitHttpUpstream host;
  private static LocalFleet fleet;
  private static int version = 10;

  @BeforeAll
  static void start() throws Exception {
    Needs.tool("git");
    Needs.tool("setsid");
    remote = TempGitRemote.create(directory.resolve("root"));
    String first = remote.push(SmallWork.good(), "Begin");
    tls = TestTls.make(directory.resolve("key.p12"));
    Files.writeString(directory.resolve("ca.pem"), Pem.of(tls.certificate()));
    Files.writeString(directory.resolve("password"), PASSWORD + "\n");
    host = new GitHttpUpstream(directory.resolve("root"), tls.context(), PASSWORD);
    fleet = Fleets.made(directory.resolve("fleet"));
    fleet.serverConfig(directory.resolve("server.yaml"));
    poll("1h");
    fleet.startServer();
    fleet.addAgents(2);
    converges(first);
  }

  @AfterAll
  static void end() {
    fleet.close();
    host.close();
  }

  private static void poll(String every) throws IOException {
    Files.writeString(
        directory.resolve("server.yaml"),
        """
        upstream:
          url: %s
          poll: %s
          credentials: {password-file: %s}
          ca-file: %s
        """
            .formatted(
                host.url("remote.git"),
                every,
                directory.resolve("password"),
                directory.resolve("ca.pem")));
  }

  private static String push() {
    return remote.push(SmallWork.task(Integer.toString(++version)), "Version " + version);
  }

  private static void converges(String commit) {
    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, commit));
  }

  private static void rewind(String commit) {
    remote.git("-C", remote.bare().toString(), "update-ref", "refs/heads/main", commit);
  }

  private static String said(String... command) {
    return String.join("\n", fleet.cli(command).lines());
  }

  private static void stays(String commit) {
    for (LocalAgent agent : fleet.agents()) {
      assertThat(fleet.api().node(agent.name()).appliedCommit()).hasToString(commit);
    }
  }

  /** One story, since each part begins where the one before has ended. */
  @Test
  void nodesFollowAnotherGitHostThroughWhatHappensThere() throws Exception {
    String good = push();
    int packs = host.packs();
    assertThat(said("fetch")).contains("ok");
    converges(good);
    assertThat(host.packs()).isEqualTo(packs + 1); // one fetch, and two nodes

    rewindIsADecision(good);
    badManifestIsHeld();
    hostIsAway();
    fleet.agents().forEach(agent -> Fleets.oneReleaseAndOneWorker(agent, head()));
    assertThat(Files.readString(fleet.serverLog())).doesNotContain(PASSWORD);
  }

  private static String head() {
    return remote.git("-C", remote.bare().toString(), "rev-parse", "main").strip();
  }

  private static void rewindIsADecision(String good) {
    String parent = remote.git("-C", remote.bare().toString(), "rev-parse", "main~1").strip();
    rewind(parent);
    assertThat(said("fetch")).contains("rewritten");
    stays(good);
    assertThat(said("status")).contains(good.substring(0, 7), parent.substring(0, 7));
    said("accept-rewind", "main", "--reason", "the release was wrong");
    converges(parent);
  }

  private static void badManifestIsHeld() {
    String before = head();
    remote.git("-C", remote.workTree().toString(), "reset", "-q", "--hard", before);
    String bad = remote.push(Map.of("pullcord.yaml", "version: 1\nbundles: 7\n"), "Break it");
    String held = bad.substring(0, 7) + " is not deployed: pullcord.yaml:2:10";
    assertThat(said("fetch")).contains(held);
    assertThat(said("status")).contains(held);
    stays(before);
  }

  private static void hostIsAway() throws Exception {
    String before = fleet.api().node("node-1").appliedCommit() + "";
    int port = host.port();
    host.close();
    assertThat(said("fetch")).contains("unreachable", "UPSTREAM_UNREACHABLE");
    stays(before);
    String mended = remote.push(SmallWork.good(), "Mend it");
    fleet.stopServer();
    host = new GitHttpUpstream(directory.resolve("root"), tls.context(), PASSWORD, port);
    poll("1s");
    fleet.startServer();
    converges(mended);
    converges(push()); // by poll, with nobody asking
    Eventually.within(Fleets.RECOVERY)
        .isTrue("the mirror is well", () -> said("upstream").contains("ok"));
    assertThat(List.of(said("status"))).noneMatch(text -> text.contains("mirror stale"));
  }
}
