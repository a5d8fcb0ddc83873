package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.ServerReply;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet whose store moves into PostgreSQL. Then kill -9 of the server and of the database while
 * people push and pin: what was acknowledged is there, the server stays up, and the fleet
 * converges.
 */
class PostgresServerTest {
  private static final long SEED = 1817;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @TempDir Path directory;

  @Test
  void losesNothingWhenTheServerOrItsDatabaseIsKilled() throws Exception {
    int kills = Fleets.full() ? 30 : 2;
    Random random = new Random(SEED);
    try (TestPostgres postgres = TestPostgres.start(directory.resolve("postgres"));
        LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 2)) {
      DatabaseServer.move(fleet, postgres.newDatabase());
      for (int kill = 1; kill <= kills; kill++) {
        fleet.workTree().write(SmallWork.search("S" + kill));
        String commit = fleet.workTree().commit("Kill " + kill);
        AtomicInteger pinned = new AtomicInteger();
        int number = kill;
        CompletableFuture<PushResult> push =
            CompletableFuture.supplyAsync(() -> push(fleet), threads);
        CompletableFuture<Void> pins =
            CompletableFuture.runAsync(() -> pin(fleet, number, pinned), threads);
        LockSupport.parkNanos(Duration.ofMillis(20 + random.nextInt(400)).toNanos());
        if (kill % 2 == 0) {
          fleet.killServer();
        } else {
          postgres.kill();
          isAwayAndSaysSo(fleet);
        }
        PushResult pushed = push.join();
        pins.join();
        if (kill % 2 == 0) {
          fleet.startServer();
        } else {
          assertThat(fleet.isServerAlive()).isTrue();
          postgres.startAgain();
          Eventually.within(Duration.ofSeconds(60)).isTrue("heals", () -> fleet.api().isReady());
        }
        List<PinView> now = fleet.api().pins();
        if (pinned.get() > 0) {
          assertThat(now).as("acknowledged pin " + pinned).hasSize(1);
          assertThat(Integer.parseInt(now.getFirst().reason().split(" ")[1]))
              .isGreaterThanOrEqualTo(pinned.get());
        }
        fleet.api().unpin("node-2");
        if (pushed.exit() == 0) {
          // The fleet follows when the server next looks at its branches.
          assertThat(fleet.newClone("kill-" + kill).head()).isEqualTo(commit);
        } else {
          assertThat(push(fleet).exit()).isZero();
        }
        for (LocalAgent agent : fleet.agents()) {
          Fleets.convergedOn(fleet, agent, commit);
        }
      }
    }
  }

  /** Kill -9, then a start with nothing but the keys and the address of the database. */
  @Test
  void aServerHostThatBurntDownLosesNothing() throws Exception {
    try (TestPostgres postgres = TestPostgres.start(directory.resolve("postgres"));
        LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 2)) {
      DatabaseServer.move(fleet, postgres.newDatabase());
      String commit = "";
      for (int round = 1; round <= (Fleets.full() ? 3 : 2); round++) {
        fleet.workTree().write(SmallWork.search("R" + round));
        commit = fleet.workTree().commit("Round " + round);
        assertThat(push(fleet).exit()).isZero();
        assertThat(fleet.api().pin("node-2", "main", "round " + round))
            .isInstanceOf(ServerReply.Got.class);
        fleet.killServer();
        burn(fleet.serverState());
        fleet.startServer();
        assertThat(fleet.newClone("clone-" + round).head()).isEqualTo(commit);
        assertThat(fleet.api().pins().getFirst().reason()).isEqualTo("round " + round);
        fleet.api().unpin("node-2");
        for (LocalAgent agent : fleet.agents()) {
          Fleets.convergedOn(fleet, agent, commit);
        }
      }
    }
  }

  /** Everything in the state directory but the keys. */
  private static void burn(Path state) throws IOException {
    try (Stream<Path> all = Files.walk(state)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(state) && !path.startsWith(state.resolve("tls"))) {
          Files.delete(path);
        }
      }
    }
  }

  private static PushResult push(LocalFleet fleet) {
    return fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
  }

  /** For longer than the server's look at itself takes. */
  private static void isAwayAndSaysSo(LocalFleet fleet) {
    long until = System.nanoTime() + Duration.ofSeconds(12).toNanos();
    while (System.nanoTime() < until) {
      Problem problem = fleet.api().pin("node-2", "main", "away").refusal().orElseThrow();
      assertThat(problem.status()).as(problem.toString()).isEqualTo(503);
      assertThat(problem.code()).isIn("DB_AWAY", "DB_UNKNOWN");
      assertThat(fleet.api().isReady()).isFalse();
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
  }

  /** Pins node-2 again and again, each time with a higher number, until that fails. */
  private static void pin(LocalFleet fleet, int kill, AtomicInteger acknowledged) {
    for (int i = 1; i <= 200; i++) {
      int number = kill * 1000 + i;
      if (!(fleet.api().pin("node-2", "main", "kill " + number) instanceof ServerReply.Got)) {
        return;
      }
      acknowledged.set(number);
    }
  }
}
