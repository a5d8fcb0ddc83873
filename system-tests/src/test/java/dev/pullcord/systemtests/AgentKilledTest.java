package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the agent at random moments of applies: 200 with {@code --full}, a sample otherwise.
 * After each: exactly one complete release, exactly one worker, converged without help.
 */
class AgentKilledTest {
  private static final long SEED = 20_260_101;

  @TempDir Path directory;

  @Test
  void convergesWithoutHelpAfterKillsAtRandomMoments() {
    int kills = Fleets.full() ? 200 : 8;
    Random random = new Random(SEED);
    try (LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 1)) {
      LocalAgent agent = fleet.agent(0);
      for (int kill = 1; kill <= kills; kill++) {
        boolean restart = random.nextInt(3) > 0;
        fleet.workTree().write(restart ? SmallWork.task("k" + kill) : SmallWork.search("K" + kill));
        String commit = fleet.workTree().commit("Kill " + kill);
        fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(250)).toNanos());
        agent.kill9();
        agent.start();
        if (random.nextInt(4) == 0) {
          LockSupport.parkNanos(Duration.ofMillis(random.nextInt(900)).toNanos());
          agent.kill9();
          agent.start();
        }
        Fleets.convergedOn(fleet, agent, commit);
        Fleets.oneReleaseAndOneWorker(agent, commit);
        Fleets.nothingLeftIn(agent.state().resolve("tmp"));
      }
      assertThat(fleet.api().deployments()).isNotEmpty();
    }
  }
}
