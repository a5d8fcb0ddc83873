package dev.pullcord.benchmarks;

import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many agents on one machine: from the start of a push to its summary, and what it costs. */
final class FleetBenchmark {
  private static final int PUSHES = 6;

  /**
   * What was measured.
   *
   * @param nodes how many agents
   * @param push the whole {@code git push}, until it ended
   * @param cpuSecondsPerNode per push, agent and what it started, on average
   * @param server memory of the server
   * @param agent memory of the first agent
   */
  record Figures(
      int nodes,
      Series push,
      double cpuSecondsPerNode,
      ProcessFigures server,
      ProcessFigures agent) {}

  private FleetBenchmark() {}

  static Figures run(Path directory, int nodes) throws IOException {
    try (LocalFleet fleet = LocalFleet.started(directory.resolve("fleet"), nodes)) {
      GitClone clone = fleet.workTree();
      DeployBenchmark.write(clone, CommonTask.first());
      clone.commit("The common task");
      DeployBenchmark.expectConverged(clone.push(_ -> {}));
      push(clone, 1);
      double before = cpu(fleet);
      List<Double> millis = new ArrayList<>();
      for (int n = 2; n <= PUSHES; n++) {
        millis.add(push(clone, n));
      }
      double cpu = (cpu(fleet) - before) / (PUSHES - 1) / nodes;
      Waits.idle(Duration.ofSeconds(10));
      return new Figures(
          nodes,
          new Series(millis),
          cpu,
          ProcessFigures.of(fleet.serverPid()),
          ProcessFigures.of(fleet.agent(0).pid()));
    }
  }

  private static double push(GitClone clone, int n) throws IOException {
    DeployBenchmark.write(clone, CommonTask.change(n));
    clone.commit("Change " + n);
    PushResult push = clone.push(_ -> {});
    DeployBenchmark.expectConverged(push);
    return push.took().toNanos() / 1e6;
  }

  private static double cpu(LocalFleet fleet) throws IOException {
    double sum = 0;
    for (LocalAgent agent : fleet.agents()) {
      sum += ProcessFigures.cpuSeconds(agent.pid());
    }
    return sum;
  }
}
