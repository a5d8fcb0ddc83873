package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One agent at a time on a state directory, and one server. */
class TwoAgentsOneDirectoryTest {
  @TempDir Path directory;

  @Test
  void theSecondSaysWhoHoldsItAndEnds() {
    try (LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), 1)) {
      LocalAgent agent = fleet.agent(0);
      ProgramCall.Result second = agent.command("run");
      assertThat(second.exit()).isEqualTo(1);
      assertThat(second.output()).contains("ALREADY_RUNNING", Long.toString(agent.pid()));
      assertThat(agent.isAlive()).isTrue();
      assertThat(agent.workers()).hasSize(1);
    }
  }
}
