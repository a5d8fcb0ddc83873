package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.HoldCalls;
import dev.pullcord.client.ServerReply;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two people give orders at the same moment: whichever comes first, both are told, both are in the
 * audit log, and the nodes run what follows from the order in which the server took them.
 */
class TwoOperatorsTest {
  private static final long SEED = 20261129;
  private static final int ROUNDS = Fleets.full() ? 30 : 3;

  @TempDir static Path directory;
  private static LocalFleet fleet;

  /** The common pool has one thread on two cores. */
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private final Random random = new Random(SEED);
  private final Map<String, Integer> seen = new TreeMap<>();

  @BeforeAll
  static void start() {
    fleet = Fleets.converged(directory.resolve("fleet"), 2);
  }

  @AfterAll
  static void end() {
    fleet.close();
  }

  private static HoldCalls holds() {
    return new HoldCalls(fleet.api().client());
  }

  private static String begin(String version) {
    Map<String, String> files = new HashMap<>(SmallWork.good());
    files.putAll(SmallWork.task(version));
    PushResult pushed = fleet.push(files, "Begin with " + version);
    assertThat(pushed.converged()).as(pushed.output()).isTrue();
    return pushed.commit();
  }

  private <T> CompletableFuture<T> meanwhile(int millis, Supplier<T> order) {
    Duration after = Duration.ofMillis(random.nextInt(millis));
    return CompletableFuture.supplyAsync(
        () -> {
          LockSupport.parkNanos(after.toNanos());
          return order.get();
        },
        threads);
  }

  private static String audit() {
    return String.join("\n", fleet.cli("audit", "-n", "20", "-o", "json").lines());
  }

  @Test
  void ofRollbackAndPushTheLastOneCounts() {
    for (int round = 0; round < ROUNDS; round++) {
      String good = begin("good-" + round);
      begin("bad-" + round);
      fleet.workTree().write(SmallWork.task("mended-" + round));
      String mended = fleet.workTree().commit("Mended " + round);
      String why = "lost tasks " + round;
      CompletableFuture<ServerReply<RollbackView>> back =
          meanwhile(600, () -> holds().rollback("main", new RollbackView.Request(good, why, null)));

      PushResult push = fleet.workTree().push(_ -> {});

      assertThat(push.exit()).as(push.output()).isZero();
      ServerReply<RollbackView> reply = back.join();
      boolean refused = !(reply instanceof ServerReply.Got<?>);
      boolean ended = push.output().contains("ends a rollback");
      String what = "%s, %s".formatted(reply, push.output());
      if (refused) {
        assertThat(reply.toString()).as(what).contains("REF_MOVED");
      }
      String last = refused || ended ? mended : good;
      fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, last));
      assertThat(audit()).as(what).contains("\"push\"", "rollback").contains(mended);
      seen.merge(
          refused ? "refused" : ended ? "ended by the push" : "after the push", 1, Integer::sum);
    }
    System.out.println("rollback and push at once, the rollback was: " + seen);
  }

  @Test
  void ofFreezeAndPinTheSecondIsJudgedByTheFirst() {
    String main = begin("frozen-or-pinned");
    var other = fleet.newClone("other");
    other.write(SmallWork.task("pinned"));
    String tried = other.commit("Try it");
    other.push(_ -> {}, "origin", "HEAD:refs/heads/try");
    LocalAgent first = fleet.agent(0);
    NodeName name = new NodeName(first.name());
    for (int round = 0; round < ROUNDS; round++) {
      String why = "release week " + round;
      CompletableFuture<ServerReply<FreezeView>> freeze =
          meanwhile(
              20, () -> holds().freeze(new FreezeView.Request(null, null, "1h", why, null, null)));
      CompletableFuture<ServerReply<PinView>> pin =
          meanwhile(
              20,
              () ->
                  new HoldCalls(fleet.api().client())
                      .pin(name, new PinView.Request("try", "1h", "try " + why)));

      freeze.join().orThrow();
      pin.join().orThrow();
      NodeView node =
          Eventually.within(Fleets.RECOVERY)
              .until(
                  "the node is held, or runs what it is pinned to",
                  () -> fleet.api().node(first.name()),
                  view -> isHeldOn(view, main) || runs(view, tried));
      seen.merge(node.state() == NodeState.HELD ? "held" : "pinned", 1, Integer::sum);
      assertThat(audit()).contains("\"freeze\"", "\"pin\"", "try " + why);
      holds().unfreeze(null, null).orThrow();
      Fleets.convergedOn(fleet, first, tried);
      fleet.api().unpin(first.name());
      Fleets.convergedOn(fleet, first, main);
    }
    System.out.println("freeze and pin at once, the node was: " + seen);
  }

  private static boolean isHeldOn(NodeView node, String commit) {
    return node.state() == NodeState.HELD
        && node.reason().startsWith("held: frozen until ")
        && commit.equals(String.valueOf(node.appliedCommit()));
  }

  private static boolean runs(NodeView node, String commit) {
    return node.state() == NodeState.CONVERGED
        && commit.equals(String.valueOf(node.appliedCommit()));
  }
}
