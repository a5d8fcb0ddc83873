package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.GitNginxUpstream;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real nodes follow a real nginx, to which people push, through what can happen to it. */
@SuppressWarnings("NullAway.Init")
class NginxUpstreamTest {
  /** So slow that what a test pushes takes some seconds, and can be caught on its way. */
  private static final String SLOW = "1m";

  private static final int LARGE = 3_000_000;

  @TempDir Path directory;
  private TempGitRemote remote;
  private GitNginxUpstream host;
  private LocalFleet fleet;
  private int version;

  @BeforeEach
  void start() throws Exception {
    Needs.tool("git");
    Needs.tool("setsid");
    remote = TempGitRemote.create(directory.resolve("root"));
    host = new GitNginxUpstream(directory.resolve("nginx"), directory.resolve("root"));
    String first = push(SmallWork.good());
    Files.writeString(directory.resolve("password"), GitNginxUpstream.PASSWORD + "\n");
    fleet = Fleets.made(directory.resolve("fleet"));
    fleet.serverConfig(
        Files.writeString(
            directory.resolve("server.yaml"),
            """
            upstream:
              url: %s
              poll: 1s
              credentials: {username: %s, password-file: %s}
              ca-file: %s
            """
                .formatted(
                    host.url("remote.git"),
                    GitNginxUpstream.USER,
                    directory.resolve("password"),
                    host.authority())));
    fleet.startServer();
    fleet.addAgents(2);
    converges(first);
  }

  @AfterEach
  void end() {
    host.close();
    fleet.close();
  }

  /** As people push: over HTTPS, with the password, to the very server that is fetched from. */
  private String push(Map<String, String> files) {
    String commit = remote.commit(files, "Version " + version++);
    String url = host.url("remote.git").replace("//", "//pullcord:geheim@");
    remote.git("-c", "http.sslCAInfo=" + host.authority(), "push", "-q", url, "HEAD:main");
    return commit;
  }

  /** Does not compress, so that it takes its time. */
  private String pushLarge() {
    StringBuilder noise = new StringBuilder();
    new Random(version).ints(LARGE, 33, 127).forEach(c -> noise.append((char) c));
    Map<String, String> files = new HashMap<>(SmallWork.task(Integer.toString(version)));
    files.put("noise", noise.toString());
    return push(files);
  }

  private void converges(String commit) {
    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, commit));
  }

  private void stay(String commit) {
    for (LocalAgent agent : fleet.agents()) {
      assertThat(fleet.api().node(agent.name()).appliedCommit()).hasToString(commit);
    }
  }

  private void sends() {
    Eventually.within(Fleets.RECOVERY).isTrue("a pack is on its way", host::sending);
  }

  private void says(String state) {
    Eventually.within(Fleets.RECOVERY)
        .isTrue("the mirror is " + state, () -> said("upstream").contains(state));
  }

  private String said(String... command) {
    return String.join("\n", fleet.cli(command).lines());
  }

  private void restart(String rate) throws IOException {
    host.kill();
    host.start(rate);
  }

  /** One story, since each part begins where the one before has ended. */
  @Test
  void nodesReachWhatWasPushedThroughAllThatHappensToTheHost() throws Exception {
    String good = push(SmallWork.task("pushed"));
    converges(good);

    restart(SLOW);
    String killed = pushLarge();
    sends();
    host.kill();
    says("unreachable");
    stay(good);
    host.start("");
    converges(killed);

    String hung = pushWhileItHangs();
    stay(killed);
    host.goOn();
    converges(hung);

    restart(SLOW);
    String rewound = pushLarge();
    sends();
    remote.git("-C", remote.bare().toString(), "update-ref", "refs/heads/main", hung);
    says("rewritten");
    converges(rewound); // what was on its way came whole, and nothing is taken back
    assertThat(said("accept-rewind", "main", "--reason", "too large")).contains("main goes to");
    converges(hung);

    fleet.agents().forEach(agent -> Fleets.oneReleaseAndOneWorker(agent, hung));
    assertThat(List.of(Files.readString(fleet.serverLog()), said("upstream")))
        .noneMatch(text -> text.contains(GitNginxUpstream.PASSWORD));
  }

  private String pushWhileItHangs() {
    String commit = remote.commit(SmallWork.task("hung"), "Hung");
    host.hang();
    remote.push("main");
    assertThat(said("status")).contains("converged 2/2"); // the server has time for others
    return commit;
  }
}
