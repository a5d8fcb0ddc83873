package dev.pullcord.server.alert.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.alert.outbox.TestDeliveries;
import dev.pullcord.server.alert.status.CommitStatus.State;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.refusal.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random stories of deployments: failures, supersessions, pins, rollbacks, nodes that are away or
 * suspended, and a host that is away. At no moment the host is told that a commit is a success
 * while a node of its count does not run it, and in the end what it was told last is so.
 */
class CommitStatusStoriesTest {
  private static final int STORIES = Boolean.getBoolean("pullcord.full") ? 200 : 30;
  private static final int STEPS = 40;
  private static final String[] NODES = {"a", "b", "c", "d"};
  private static final URI URL = URI.create("https://pullcord.example/");

  @TempDir Path directory;

  /** A host that records, and compares each success with the fleet as it really is. */
  private static final class RecordingHost {
    private final Map<CommitId, CommitStatus> told = new HashMap<>();
    private final List<String> falseGreens = new ArrayList<>();
    private int greens;

    void take(CommitStatus status, TestFleet fleet) {
      told.put(status.commit(), status);
      if (status.state() == State.SUCCESS) {
        greens++;
        for (NodeRecord node : count(fleet, status.commit())) {
          if (!truth(node, status.commit())) {
            falseGreens.add(
                status + " while " + node.name() + " is " + node.state() + " " + node.reason());
          }
        }
      }
    }

    /** The nodes that follow a branch that is at that commit. */
    private static List<NodeRecord> count(TestFleet fleet, CommitId commit) {
      return fleet.model.read(f ->
          f.nodes().values().stream()
              .filter(n -> n.suspension() == null)
              .filter(n ->
                  f.heads().values().stream()
                      .anyMatch(h -> h.ref().equals(n.branch()) && h.commit().equals(commit)))
              .toList());
    }

    /** By what the node itself said, and not by the state that the server made of it. */
    private static boolean truth(NodeRecord node, CommitId commit) {
      return node.said() != null
          && node.said().status().state() == NodeState.CONVERGED
          && commit.equals(node.said().status().appliedCommit())
          && node.reachable();
    }
  }

  private static final class Story implements AutoCloseable {
    private final Random random;
    private final UnaryOperator<CommitStatus> planted;
    private final RecordingHost host = new RecordingHost();
    private TestFleet fleet;
    private StatusLoop loop;
    private int commits;

    Story(Path at, long seed, UnaryOperator<CommitStatus> planted) {
      this.random = new Random(seed);
      this.planted = planted;
      try {
        this.fleet = new TestFleet(Files.createDirectories(at));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      fleet.join("a", "b", "c");
      fleet.joinTo("side", "d");
      fleet.start(NODES);
      loop = loop();
    }

    private StatusLoop loop() {
      return new StatusLoop(fleet.store, fleet.model, Optional::empty, URL, () -> {});
    }

    private void push(String branch) {
      fleet.commits.push(branch, ++commits);
      fleet.deployments.reconcile();
    }

    private NodeName some() {
      return new NodeName(NODES[random.nextInt(NODES.length)]);
    }

    private void step() {
      String node = some().value();
      switch (random.nextInt(14)) {
        case 0, 1 -> push(random.nextInt(4) == 0 ? "side" : "main");
        case 2, 3, 4, 5 -> fleet.converge(node);
        case 6 -> say(node, random.nextBoolean() ? NodeState.FAILED : NodeState.ROLLED_BACK);
        case 7 -> say(node, NodeState.APPLYING);
        case 8 -> away(Duration.ofSeconds(50), node);
        case 9 -> fleet.pin(node, "side", "1h");
        case 10 -> fleet.operations.pins().unpin(TestFleet.ADA, new NodeName(node));
        case 11 ->
            fleet
                .operations
                .suspensions()
                .suspend(
                    TestFleet.ADA, new NodeName(node), new SuspensionView.Request("1h", "disk"));
        case 12 -> fleet.operations.suspensions().resume(TestFleet.ADA, new NodeName(node));
        default -> {
          fleet = fleet.restarted();
          loop = loop();
        }
      }
    }

    private void say(String node, NodeState state) {
      fleet.report(node, Said.by(fleet, node).state(state, "check exited 3").next());
    }

    /** Time passes in which all but one are heard of. */
    private void away(Duration time, String one) {
      for (long s = 0; s < time.toSeconds(); s += 5) {
        fleet.advance(Duration.ofSeconds(5));
        for (String node : NODES) {
          if (!node.equals(one)) {
            fleet.model.seen(fleet.record(node).id());
          }
        }
      }
    }

    void live() {
      for (int i = 0; i < STEPS; i++) {
        try {
          step();
        } catch (Refusal _) {
          // The story asked for something that cannot be now.
        }
        if (random.nextInt(3) > 0) {
          look();
        }
        if (random.nextInt(3) > 0) {
          deliver(random.nextInt(4) == 0);
        }
      }
      away(Duration.ofMinutes(1), "nobody");
      look();
      deliver(false);
      away(Duration.ofMinutes(1), "nobody");
      look();
      deliver(false);
    }

    private void look() {
      fleet.progress.keep();
      loop.look();
    }

    private void deliver(boolean hostIsAway) {
      Receiver receiver =
          message -> {
            if (hostIsAway) {
              return new Delivery.Later("away");
            }
            CommitStatus status = CommitStatus.of(message);
            if (!StatusReceiver.isSo(status, loop::present)) {
              return StatusReceiver.NO_LONGER;
            }
            host.take(planted.apply(status), fleet);
            return new Delivery.Done();
          };
      TestDeliveries.all(fleet.store, fleet.clock, StatusLoop.RECEIVER, receiver);
    }

    /** Heads whose last word is not how they are. */
    List<String> untrue() {
      return fleet.model.read(f ->
          CommitStatuses.of(f, URL).entrySet().stream()
              .filter(e -> e.getValue().nodes() > 0)
              .filter(e -> !e.getValue().status().equals(host.told.get(e.getKey())))
              .map(e -> e.getValue().status() + " was told as " + host.told.get(e.getKey()))
              .toList());
    }

    @Override
    public void close() {
      fleet.close();
    }
  }

  @Test
  void noCommitIsGreenWhileANodeOfItsCountDoesNotRunIt() {
    int greens = 0;
    for (int seed = 0; seed < STORIES; seed++) {
      try (Story story = new Story(directory.resolve("story-" + seed), seed, s -> s)) {
        story.live();
        assertThat(story.host.falseGreens).as("story " + seed).isEmpty();
        assertThat(story.untrue()).as("story " + seed).isEmpty();
        greens += story.host.greens;
      }
    }
    assertThat(greens).isGreaterThan(STORIES / 2);
  }

  @Test
  void aHostThatIsToldGreenTooEarlyIsNoticed() {
    UnaryOperator<CommitStatus> planted =
        s ->
            s.state() == State.PENDING && s.description().startsWith("2/3")
                ? new CommitStatus(s.commit(), State.SUCCESS, s.description(), s.link())
                : s;
    int noticed = 0;
    for (int seed = 0; seed < 10 && noticed == 0; seed++) {
      try (Story story = new Story(directory.resolve("planted-" + seed), seed, planted)) {
        story.live();
        noticed += story.host.falseGreens.size();
      }
    }
    assertThat(noticed).isPositive();
  }

  @Test
  void aPinThatTakesANodeAwayLeavesTheCount() {
    try (Story story = new Story(directory.resolve("pin"), 1, s -> s)) {
      story.push("side");
      story.push("main");
      story.fleet.converge("a", "b");
      story
          .fleet
          .operations
          .pins()
          .pin(TestFleet.ADA, new NodeName("c"), new PinView.Request("side", "1h", "try"));
      story.look();
      story.deliver(false);
      assertThat(story.host.told.values())
          .extracting(s -> s.state() + " " + s.description().replaceAll(" in .*", ""))
          .containsExactlyInAnyOrder("SUCCESS 2/2 converged", "PENDING 0/2 nodes");
    }
  }
}
