package dev.pullcord.benchmarks.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.protocol.id.CommitId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedFleetTest {
  private static final CommitId OLD = new CommitId("a".repeat(40));
  private static final CommitId NEW = new CommitId("b".repeat(40));

  @TempDir private Path directory;

  @Test
  void aCommitThatTheBranchHadBeforeTheNodesCameIsNoPush() {
    ServerAddress server = new ServerAddress("https://127.0.0.1:1", "a".repeat(64));
    FleetScript script = new FleetScript(1, 0, 0, 0, 0, 0);
    try (SimulatedFleet fleet = new SimulatedFleet(server, directory, script, 2, _ -> {})) {
      fleet.expectAny();
      fleet.found(OLD);

      assertThat(fleet.times(OLD)).isEmpty();
      assertThat(fleet.times(NEW).map(PushTimes::push)).hasValue(0);
      fleet.found(NEW); // one that comes after the push
      assertThat(fleet.times(NEW)).isPresent();
    }
  }
}
