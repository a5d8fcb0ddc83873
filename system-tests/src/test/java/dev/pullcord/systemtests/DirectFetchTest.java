package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.testkit.GitNginxUpstream;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.TempGitRemote;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with a server and {@code git:}, where the server says what runs and nginx has it. */
@SuppressWarnings("NullAway.Init")
class DirectFetchTest {
  @TempDir Path directory;
  private TempGitRemote remote;
  private GitNginxUpstream host;
  private LocalFleet fleet;
  private LocalAgent agent;

  @BeforeEach
  void start() throws Exception {
    Needs.tool("git");
    Needs.tool("setsid");
    remote = TempGitRemote.create(directory.resolve("root"));
    host = new GitNginxUpstream(directory.resolve("nginx"), directory.resolve("root"));
    Files.writeString(directory.resolve("password"), GitNginxUpstream.PASSWORD + "\n");
    fleet = Fleets.made(directory.resolve("fleet"));
    fleet.serverConfig(
        Files.writeString(
            directory.resolve("server.yaml"),
            "upstream:\n" + remote(GitNginxUpstream.USER) + "  poll: 1s\n"));
  }

  /** How it is reached, with the user whom nginx then has in its log. */
  private String remote(String user) {
    return """
      url: %s
      credentials: {username: %s, password-file: %s}
      ca-file: %s
    """
        .formatted(host.url("remote.git"), user, directory.resolve("password"), host.authority());
  }

  @AfterEach
  void end() {
    host.close();
    fleet.close();
  }

  @Test
  void takesItsObjectsFromTheRemoteAndItsDecisionsFromTheServer() throws Exception {
    String first = remote.push(SmallWork.good(), "Begin");
    fleet.startServer();
    agent = fleet.newAgent("node-1");
    assertThat(agent.join(fleet.agentsUrl(), fleet.api().invite(1).token()).exit()).isZero();
    Path config =
        Files.writeString(
            directory.resolve("agent.yaml"),
            "as-root: true\ngit:\n" + remote(GitNginxUpstream.OTHER));
    agent.start("--config", config.toString());
    Fleets.convergedOn(fleet, agent, first);
    long answers = host.answers(GitNginxUpstream.OTHER);
    assertThat(answers).isPositive();

    String second = remote.push(SmallWork.task("second"), "Second");
    Fleets.convergedOn(fleet, agent, second);
    assertThat(host.answers(GitNginxUpstream.OTHER)).isGreaterThan(answers);
    DeploymentView counted = fleet.api().deployments().getFirst();
    assertThat(counted.commit()).hasToString(second);
    assertThat(fleet.cli("wait", second).exit()).isZero();

    assertThat(fleet.cli("pin", "node-1", first, "--for", "2h", "--reason", "look").exit())
        .isZero();
    Fleets.convergedOn(fleet, agent, first); // the branch there is elsewhere
    assertThat(fleet.cli("unpin", "node-1").exit()).isZero();
    Fleets.convergedOn(fleet, agent, second);

    GitClone clone = fleet.newClone("try");
    clone.write(SmallWork.task("try"));
    clone.commit("Try");
    PushResult made = clone.push(_ -> {}, "-o", "nowait", "origin", "HEAD:refs/heads/pullcord/try");
    assertThat(made.exit()).as(made.output()).isZero();
    assertThat(fleet.cli("follow", "node-1", "pullcord/try").exit()).isZero();
    Fleets.convergedOn(fleet, agent, clone.head()); // only the server has it
    Fleets.oneReleaseAndOneWorker(agent, clone.head());
  }
}
