package dev.pullcord.benchmarks.simulation;

import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.benchmarks.Scratch;
import dev.pullcord.protocol.enroll.JoinToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Simulated nodes at a server that somebody else runs and pushes to. Nobody here knows when a ref
 * moved there: times count from the first node that was told.
 */
final class VisitingFleet {
  private VisitingFleet() {}

  static SimulationReport run(
      ServerAddress server, List<JoinToken> tokens, FleetScript script, int nodes, Duration stay)
      throws IOException, InterruptedException {
    try (Scratch home = new Scratch("pullcord-simulate-");
        SimulatedFleet fleet =
            new SimulatedFleet(
                server, home.directory(), script, nodes, line -> System.err.println("  " + line))) {
      fleet.expectAny();
      long began = System.nanoTime();
      fleet.begin(tokens);
      int connected = fleet.awaitConnected(stay);
      double seconds = (System.nanoTime() - began) / 1e9;
      System.err.println("  " + connected + " nodes are connected; push now");
      Thread.sleep(Math.max(0, stay.toMillis() - Math.round(seconds * 1000)));
      SimulationReport.Arrival arrival =
          new SimulationReport.Arrival("joined", connected, seconds, 0, fleet.takeRefused(), null);
      List<SimulationReport.Push> pushes =
          fleet.seen().entrySet().stream()
              .sorted(java.util.Comparator.comparingInt(seen -> seen.getValue().push()))
              .map(seen -> push(seen.getKey().value(), seen.getValue()))
              .toList();
      return new SimulationReport(nodes, script.seed(), 0, List.of(arrival), pushes, null, null);
    }
  }

  private static SimulationReport.Push push(String commit, PushTimes times) {
    Instant first = times.first(PushTimes.Stage.TOLD);
    return new SimulationReport.Push(
        commit,
        "",
        times.spread(PushTimes.Stage.TOLD, first),
        times.spread(PushTimes.Stage.FETCHED, first),
        times.spread(PushTimes.Stage.ACKNOWLEDGED, first),
        0,
        times.fetchedBytes(),
        null,
        null);
  }
}
