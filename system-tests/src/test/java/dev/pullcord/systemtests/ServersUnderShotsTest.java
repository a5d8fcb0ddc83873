package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.benchmarks.simulation.RovingNodes;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three servers on one database, simulated nodes, and people who work all the time, while one
 * server after the other is killed, paused or cut off, and the database as well. After each shot
 * everything that was acknowledged is there, nobody who was replaced writes, and each node is
 * connected to the server that is active. At the end each node has gone forward only, and to the
 * end. With {@code --full} alone: a shot takes about a quarter of a minute.
 */
@EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
class ServersUnderShotsTest {
  private static final Logger LOG = LoggerFactory.getLogger(ServersUnderShotsTest.class);
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int SHOTS = Integer.getInteger("pullcord.shots", 100);
  private static final int NODES = Integer.getInteger("pullcord.shots.nodes", 1000);
  private static final long SEED = Long.getLong("pullcord.shots.seed", 7);

  @TempDir Path directory;
  private final List<Long> connectedAfterActive = new ArrayList<>();
  private final List<Long> connectedAfterShot = new ArrayList<>();

  @Test
  void nothingIsLostAndEachNodeIsConnectedAgain() throws Exception {
    try (ServerTrio trio = new ServerTrio(directory);
        SteadyWork work = new SteadyWork(trio.all(), directory, trio.all().getFirst().basic());
        RovingNodes nodes = join(trio.active())) {
      allAt(nodes, trio);
      work.begin();
      for (int i = 0; i < SHOTS; i++) {
        Shot shot = Shot.of(SEED, i);
        Thread moves = Thread.startVirtualThread(work::moveMain);
        long shotAt = System.nanoTime();
        trio.after(shot);
        long activeAt = System.nanoTime();
        DatabaseServer active = allAt(nodes, trio);
        connectedAfterActive.addAll(millis(nodes.after(active.agentsUrl(), activeAt)));
        List<Long> after = millis(nodes.after(active.agentsUrl(), shotAt));
        connectedAfterShot.addAll(after);
        LOG.info("after shot {}, {}: nodes are connected in ms: {}", i, shot, spread(after));
        trio.back("stale-" + i + "-");
        trio.whole();
        active = trio.active();
        work.pin(active, name(i % (NODES / 2)));
        work.isThere(active);
        moves.join();
      }
      goneForward(work, nodes);
      LOG.info("{} notes, pins and pushes kept", work.acknowledged());
    }
    LOG.info("connected after a server was active, ms: {}", spread(connectedAfterActive));
    LOG.info("connected after the shot, ms: {}", spread(connectedAfterShot));
  }

  private RovingNodes join(DatabaseServer server) throws IOException {
    JoinToken token = JoinToken.parse(server.invite(NODES));
    return RovingNodes.join(
        directory.resolve("nodes"),
        new ServerAddress(server.agentsUrl(), token.serverPin()),
        token,
        NODES,
        SEED);
  }

  private static String name(int node) {
    return RovingNodes.name(node).value();
  }

  /** Until all nodes are connected to the server that is active, whichever that is by then. */
  private static DatabaseServer allAt(RovingNodes nodes, ServerTrio trio) {
    return Eventually.within(LIMIT)
        .until(
            "all nodes are at the active server",
            trio::active,
            active -> nodes.connectedTo(active.agentsUrl()) == NODES);
  }

  private static List<Long> millis(List<Duration> times) {
    return times.stream().map(Duration::toMillis).toList();
  }

  private static String spread(List<Long> millis) {
    List<Long> sorted = millis.stream().sorted().toList();
    return "n "
        + sorted.size()
        + ", p50 "
        + sorted.get(sorted.size() / 2)
        + ", max "
        + sorted.getLast();
  }

  /** A last push reaches everybody; and nobody was ever told of an older commit again. */
  private static void goneForward(SteadyWork work, RovingNodes nodes) {
    Eventually.within(LIMIT).isTrue("the last push is taken", work::moveMain);
    String last = work.mains().getLast();
    for (int node = 0; node < NODES; node++) {
      int number = node;
      if (!work.isPinned(name(node))) {
        Eventually.within(LIMIT)
            .until(
                name(node) + " is told of the last commit",
                () -> nodes.decisions(number),
                all -> !all.isEmpty() && all.getLast().value().equals(last));
      }
      List<Integer> order =
          nodes.decisions(node).stream()
              .map(CommitId::value)
              .filter(work.mains()::contains)
              .map(work.mains()::indexOf)
              .toList();
      assertThat(order).as(name(node)).isSorted();
    }
  }
}
