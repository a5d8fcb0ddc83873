package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet whose server is away for a while: three nodes for some seconds, with {@code --full} 30
 * for 10 minutes. The figures are in {@code target/fleet-alone.txt} afterwards.
 */
class FleetAloneTest {
  private static final int NODES = Fleets.full() ? 30 : 3;
  private static final Duration AWAY =
      Fleets.full() ? Duration.ofMinutes(10) : Duration.ofSeconds(4);

  /** Of one core; what a worker's restart costs is in it, and weighs more in a short time. */
  private static final double CPU_MAX = Fleets.full() ? 0.01 : 0.5;

  private static final int IN_ONE_SECOND_MAX = Math.max(3, NODES / 3);
  private static final double TICKS_A_SECOND = 100;

  @TempDir Path directory;

  @Test
  void worksOnCheaplyAndReportsEverythingOnceAndInOrder() throws IOException {
    try (LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), NODES)) {
      Map<String, WorkerProcess> before = new HashMap<>();
      for (LocalAgent agent : fleet.agents()) {
        before.put(agent.name(), agent.workers().getFirst());
      }
      fleet.stopServer();
      Instant gone = Instant.now();
      List<LocalAgent> bereft = fleet.agents().subList(0, NODES / 2 + 1);
      bereft.forEach(agent ->
          ProcessHandle.of(Objects.requireNonNull(before.get(agent.name())).pid())
              .ifPresent(ProcessHandle::destroyForcibly));
      for (LocalAgent agent : bereft) {
        Eventually.within(Fleets.RECOVERY)
            .until(
                "another worker runs",
                agent::workers,
                now -> now.size() == 1 && !now.contains(before.get(agent.name())));
      }

      Map<String, Double> spent = whileAway(fleet);
      assertThat(spent.values()).allSatisfy(share -> assertThat(share).isLessThan(CPU_MAX));
      for (LocalAgent agent : fleet.agents().subList(bereft.size(), NODES)) {
        assertThat(agent.workers()).containsExactly(before.get(agent.name()));
      }

      fleet.startServer();
      for (LocalAgent agent : fleet.agents()) {
        Fleets.convergedOn(fleet, agent, fleet.workTree().head());
        Eventually.within(Fleets.RECOVERY)
            .until(
                "all reports arrived",
                agent::status,
                s -> s.spooledReports() == 0 && s.state() == NodeState.CONVERGED);
      }
      for (LocalAgent agent : bereft) {
        toldOnceAndInOrder(fleet, agent, gone);
      }
      Map<Long, Long> bySecond = backBySecond(fleet, gone);
      assertThat(bySecond.values()).allMatch(count -> count <= IN_ONE_SECOND_MAX);
      Files.writeString(
          Path.of(System.getProperty("pullcord.root"), "system-tests/target/fleet-alone.txt"),
          "%d nodes, %d s away: at most %.2f %% of a core each; back by second: %s%n"
              .formatted(
                  NODES,
                  AWAY.toSeconds(),
                  100 * spent.values().stream().max(Comparator.naturalOrder()).orElseThrow(),
                  bySecond));
    }
  }

  /** Which share of a core each agent has taken until the time was over. */
  private static Map<String, Double> whileAway(LocalFleet fleet) throws IOException {
    Map<String, Long> ticks = ticks(fleet);
    long began = System.nanoTime();
    Eventually.within(AWAY.multipliedBy(2))
        .isTrue("the time is over", () -> System.nanoTime() - began > AWAY.toNanos());
    double seconds = (System.nanoTime() - began) / 1e9;
    Map<String, Double> shares = new HashMap<>();
    ticks(fleet)
        .forEach((name, now) ->
            shares.put(
                name, (now - Objects.requireNonNull(ticks.get(name))) / TICKS_A_SECOND / seconds));
    return shares;
  }

  private static Map<String, Long> ticks(LocalFleet fleet) throws IOException {
    Map<String, Long> ticks = new HashMap<>();
    for (LocalAgent agent : fleet.agents()) {
      String stat = Files.readString(Path.of("/proc/" + agent.pid() + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      ticks.put(agent.name(), Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    }
    return ticks;
  }

  private static void toldOnceAndInOrder(LocalFleet fleet, LocalAgent agent, Instant gone) {
    HistoryView history =
        fleet.api().client().history(new NodeName(agent.name()), null, 100).orThrow();
    List<HistoryView.Pass> passes = new ArrayList<>();
    history.runs().forEach(run -> passes.addAll(run.passes()));
    passes.sort(Comparator.comparing(HistoryView.Pass::from));
    assertThat(passes).extracting(HistoryView.Pass::number).doesNotHaveDuplicates().isSorted();
    assertThat(passes).filteredOn(pass -> pass.from().isAfter(gone)).isNotEmpty();
  }

  /** How many agents came back in each second after the server had gone. */
  private static Map<Long, Long> backBySecond(LocalFleet fleet, Instant gone) {
    return fleet.agents().stream()
        .map(agent ->
            Eventually.within(Fleets.RECOVERY)
                .until("it is back", () -> backAt(agent, gone), Optional::isPresent)
                .orElseThrow())
        .collect(
            Collectors.groupingBy(
                at -> Duration.between(gone, at).toSeconds(), Collectors.counting()));
  }

  /** The state of a node is no sign of it: it was converged all the while. */
  private static Optional<Instant> backAt(LocalAgent agent, Instant gone) throws IOException {
    return Files.readString(agent.log())
        .lines()
        .filter(line -> line.contains("connected to the server"))
        .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
        .filter(at -> at.isAfter(gone))
        .findFirst();
  }
}
