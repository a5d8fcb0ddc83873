package dev.pullcord.benchmarks.simulation;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.report.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Real agents beside the simulated nodes, on the same server and the same pushes. What they say of
 * their steps, and when the server had their outcome, is set beside what the simulation claims.
 */
final class RealAgents {
  private final LocalFleet fleet;
  private final Set<String> names;

  private RealAgents(LocalFleet fleet, Set<String> names) {
    this.fleet = fleet;
    this.names = names;
  }

  /** So many agents, which have joined. */
  static RealAgents join(LocalFleet fleet, int count) {
    return new RealAgents(
        fleet, fleet.addAgents(count).stream().map(LocalAgent::name).collect(Collectors.toSet()));
  }

  /** How the newest push went at them. */
  SimulationReport.Check newest(Instant moved) {
    long id = fleet.api().deployments().getFirst().id();
    DeploymentView deployment = fleet.api().client().deployment(id).orThrow();
    List<StepRecord> fetches =
        names.stream()
            .flatMap(name -> fleet.api().transcript(id, name).stream())
            .flatMap(t -> t.steps().stream().filter(s -> s.kind() == StepRecord.Kind.FETCH))
            .toList();
    List<DeploymentView.Member> members = deployment.members();
    return new SimulationReport.Check(
        spread(fetches, StepRecord::startedAt, moved),
        spread(fetches, s -> s.startedAt().plusMillis(s.tookMillis()), moved),
        spread(
            members.stream().filter(m -> names.contains(m.name().value())).toList(),
            DeploymentView.Member::convergedAt,
            moved),
        spread(
            members.stream().filter(m -> !names.contains(m.name().value())).toList(),
            DeploymentView.Member::convergedAt,
            moved));
  }

  private static <T> Spread spread(
      List<T> all, Function<T, @Nullable Instant> time, Instant moved) {
    double[] millis =
        all.stream().map(time).mapToDouble(at -> at == null ? -1 : millis(moved, at)).toArray();
    return Spread.of(millis);
  }

  private static double millis(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toNanos() / 1e6);
  }
}
