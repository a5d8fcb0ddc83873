package dev.pullcord.benchmarks.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server, and nodes that lose connections, start anew and fail. */
class SimulationTest {
  private static final int NODES = 40;

  @TempDir private Path directory;

  @Test
  void everyNodeGetsThroughCutsAndRestartsAndFailsWhereItsScriptSaysSo()
      throws IOException, InterruptedException {
    FleetScript script = new FleetScript(5, 0, 50, 20, 20, 20);
    Simulation.Plan plan = new Simulation.Plan(NODES, script, 2, true, Duration.ZERO, 0);

    SimulationReport report = Simulation.run(directory.resolve("fleet"), plan, _ -> {});

    assertThat(report.arrivals()).allSatisfy(a -> assertThat(a.connected()).isEqualTo(NODES));
    assertThat(report.pushes())
        .hasSize(2)
        .allSatisfy(push -> {
          assertThat(push.told().count()).isEqualTo(NODES);
          assertThat(push.acknowledged().count()).isEqualTo(NODES);
        });
    long failed = IntStream.range(0, NODES).filter(n -> script.turn(n, 0).fails()).count();
    assertThat(failed).isPositive();
    assertThat(report.pushes().getFirst().summary())
        .startsWith("not converged " + (NODES - failed) + "/" + NODES);
    assertThat(report.pushes().getFirst().packBytes()).isPositive();
    assertThat(PullcordJson.write(report)).contains("\"acknowledged\":{\"count\":" + NODES);
    assertThat(report.text())
        .contains("back after the start of a server that was stopped: 40 connected");
  }
}
