package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.HoldCalls;
import dev.pullcord.client.ServerReply;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two servers on one database, and real agents that joined the first one. The first one is killed:
 * the agents are at the other one within seconds, take its decisions, and their workers run on. The
 * other one is killed, and the first one is back: they go back. It is paused, and its connections
 * stay open: they leave it as soon as the other one is active.
 */
class TwoServersOneFleetTest {
  private static final Logger LOG = LoggerFactory.getLogger(TwoServersOneFleetTest.class);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Predicate<String> SILENT =
      why -> why.matches(".* said nothing for ([89]|[1-3][0-9]|4[0-4]) s");
  private static final NodeName PINNED = new NodeName("node-1");

  @TempDir Path directory;

  @Test
  void agentsGoToTheServerThatTookOverAndBack() throws Exception {
    try (TestPostgres postgres = TestPostgres.start(directory.resolve("postgres"));
        LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 2)) {
      String first = fleet.workTree().head();
      DatabaseServer.move(fleet, postgres.newDatabase());
      fleet.workTree().write(SmallWork.search("SECOND"));
      String second = fleet.workTree().commit("Look for more");
      assertThat(fleet.workTree().push(_ -> {}).exit()).isZero();
      String database = Files.readString(fleet.directory().resolve("server.yaml")).substring(7);
      try (DatabaseServer two = DatabaseServer.beside(fleet, directory, database.strip())) {
        two.start();
        Eventually.within(LIMIT).isTrue("two waits", two::isStandby);
        for (LocalAgent agent : fleet.agents()) {
          Eventually.within(LIMIT)
              .isTrue(agent.name() + " was told of two", () -> knows(agent, two.agentsUrl()));
        }
        List<WorkerProcess> workers = fleet.agent(1).workers();

        fleet.killServer();
        LOG.info("all agents at the server that took over, ms: {}", at(fleet, two.agentsUrl()));
        pin(two, first);
        Eventually.within(LIMIT).isTrue("its decision is taken", () -> runs(two, "node-1", first));
        assertThat(runs(two, "node-2", second)).isTrue();

        two.kill();
        fleet.startServer();
        LOG.info("all agents back at the first server, ms: {}", at(fleet, fleet.agentsUrl()));
        fleet.api().unpin("node-1");
        for (LocalAgent agent : fleet.agents()) {
          Fleets.convergedOn(fleet, agent, second);
        }

        two.start();
        Eventually.within(LIMIT).isTrue("two waits", two::isStandby);
        pauseServer(fleet);
        LOG.info("all agents left the paused server, ms: {}", at(fleet, two.agentsUrl()));
        for (LocalAgent agent : fleet.agents()) {
          Eventually.within(LIMIT)
              .until(agent.name() + " left the silent one", () -> moved(agent), SILENT);
        }
        assertThat(fleet.agent(1).workers()).isNotEmpty().isEqualTo(workers);
      }
    }
  }

  private static void pauseServer(LocalFleet fleet) {
    List<String> stop = List.of("kill", "-STOP", Long.toString(fleet.serverPid()));
    ProgramCall.of(fleet.directory(), Map.of(), stop).runOrFail();
  }

  /** Why the agent left the server before. */
  private static String moved(LocalAgent agent) {
    NodeStatus.ServerContact contact = Fleets.asked(agent).server();
    return contact == null || contact.moved() == null ? "" : contact.moved();
  }

  /** How long it takes until all agents are connected to that one. */
  private static long at(LocalFleet fleet, String url) {
    long from = System.nanoTime();
    for (LocalAgent agent : fleet.agents()) {
      Eventually.within(LIMIT).isTrue(agent.name() + " is at " + url, () -> isAt(agent, url));
    }
    return Duration.ofNanos(System.nanoTime() - from).toMillis();
  }

  private static boolean isAt(LocalAgent agent, String url) {
    NodeStatus.ServerContact contact = Fleets.asked(agent).server();
    return contact != null && contact.connected() && contact.url().equals(url);
  }

  private static boolean knows(LocalAgent agent, String url) {
    try {
      Path file = agent.state().resolve("servers.json");
      return Files.exists(file) && Files.readString(file).contains(url);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A change is sent once: what falls into the moment in which the server takes over is repeated.
   */
  private static void pin(DatabaseServer server, String commit) {
    PinView.Request pin = new PinView.Request(commit, "1h", "after the takeover");
    Eventually.within(LIMIT)
        .isTrue(
            "the pin is taken",
            () -> new HoldCalls(server.client()).pin(PINNED, pin) instanceof ServerReply.Got<?>);
  }

  private static boolean runs(DatabaseServer server, String node, String commit) {
    NodeView view = server.client().node(new NodeName(node)).orThrow();
    return view.appliedCommit() != null && view.appliedCommit().value().equals(commit);
  }
}
