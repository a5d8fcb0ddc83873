package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.ServerReply;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.protocol.api.PinView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the server while people push and pin and agents report: 100 moments with {@code
 * --full}, a sample otherwise. What was acknowledged is there afterwards, and the fleet converges.
 */
class ServerKilledTest {
  private static final long SEED = 4711;

  /** The common pool has one thread on two cores. */
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @TempDir Path directory;

  @Test
  void losesNothingThatItAcknowledged() {
    int kills = Fleets.full() ? 100 : 4;
    Random random = new Random(SEED);
    try (LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 2)) {
      for (int kill = 1; kill <= kills; kill++) {
        fleet.workTree().write(SmallWork.search("S" + kill));
        String commit = fleet.workTree().commit("Server kill " + kill);
        AtomicInteger pinned = new AtomicInteger();
        int number = kill;
        CompletableFuture<PushResult> push =
            CompletableFuture.supplyAsync(
                () -> fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD"), threads);
        CompletableFuture<Void> pins =
            CompletableFuture.runAsync(() -> pin(fleet, number, pinned), threads);
        LockSupport.parkNanos(Duration.ofMillis(20 + random.nextInt(400)).toNanos());
        fleet.killServer();
        PushResult pushed = push.join();
        pins.join();
        fleet.startServer();
        List<PinView> now = fleet.api().pins();
        if (pinned.get() > 0) {
          assertThat(now).as("acknowledged pin " + pinned).hasSize(1);
          assertThat(Integer.parseInt(now.getFirst().reason().split(" ")[1]))
              .isGreaterThanOrEqualTo(pinned.get());
        }
        fleet.api().unpin("node-2");
        if (pushed.exit() == 0) {
          assertThat(fleet.api().fleet().refs().getFirst().commit()).hasToString(commit);
        } else {
          assertThat(fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD").exit())
              .isZero();
        }
        for (LocalAgent agent : fleet.agents()) {
          Fleets.convergedOn(fleet, agent, commit);
        }
      }
    }
  }

  /** Pins node-2 again and again, each time with a higher number, until the server is gone. */
  private static void pin(LocalFleet fleet, int kill, AtomicInteger acknowledged) {
    for (int i = 1; i <= 200; i++) {
      int number = kill * 1000 + i;
      if (!(fleet.api().pin("node-2", "main", "kill " + number) instanceof ServerReply.Got)) {
        return; // the server is gone, as it should be
      }
      acknowledged.set(number);
    }
  }
}
