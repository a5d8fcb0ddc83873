package dev.pullcord.benchmarks;

import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code pullcord run} of a command of nothing on many nodes, and Fabric's {@code run('true')} on
 * as many hosts, in turns in one run. The time is that of the whole command that a person types;
 * the CPU is that of both ends: the command, and the daemons with what they start.
 */
public final class ActionBesideFabric {
  private static final int ROUNDS = 5;
  private static final Duration ENDS = Duration.ofMillis(700);

  private static final String MANIFEST =
      """
      version: 1
      bundles: {all: {paths: [data/], on-change: nothing}}
      actions: {nothing: {run: ["true"]}}
      """;

  private ActionBesideFabric() {}

  /** One way to run it. */
  private interface Way {
    /** How long it took, in milliseconds. */
    double run();
  }

  /** CPU seconds that have been used so far. */
  private interface Meter {
    double seconds() throws IOException;
  }

  private record Cost(List<Double> millis, List<Double> cpuMillis) {
    Cost() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    void measure(Way way, Meter meter) throws IOException {
      double before = meter.seconds() + children();
      millis.add(way.run());
      Waits.idle(ENDS); // sessions end after their client
      cpuMillis.add((meter.seconds() + children() - before) * 1000);
    }

    String cells() {
      return new Series(millis).text() + " | " + new Series(cpuMillis).text();
    }
  }

  /** Of this program, and of the commands that it has run to their end. */
  private static double children() throws IOException {
    return ProcessFigures.cpuSeconds(ProcessHandle.current().pid());
  }

  /** Arguments: the repository's root, and how many nodes. */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args.length > 0 ? args[0] : ".").toAbsolutePath().normalize();
    int nodes = args.length > 1 ? Integer.parseInt(args[1]) : 20;
    System.setProperty("pullcord.root", root.toString());
    try (Scratch scratch = new Scratch("pullcord-bench-");
        LocalFleet fleet = LocalFleet.started(scratch.directory().resolve("fleet"), nodes);
        FabricHosts hosts = new FabricHosts(scratch.directory().resolve("fabric"), nodes)) {
      GitClone clone = fleet.workTree();
      DeployBenchmark.write(
          clone,
          Map.of(
              "pullcord.yaml",
              MANIFEST.getBytes(StandardCharsets.UTF_8),
              "data/x",
              "x".getBytes(StandardCharsets.UTF_8)));
      clone.commit("An action of nothing");
      DeployBenchmark.expectConverged(clone.push(_ -> {}));
      measure(nodes, fleet, hosts);
    }
    System.exit(0);
  }

  private static void measure(int nodes, LocalFleet fleet, FabricHosts hosts) throws IOException {
    List<String> run = new ArrayList<>(List.of("run", "nothing"));
    fleet.agents().forEach(agent -> run.add(agent.name()));
    Way pullcord = () -> run(fleet, run);
    Meter daemons = () -> daemons(fleet);
    pullcord.run(); // both are warm
    hosts.runTrue();
    Cost ours = new Cost();
    Cost theirs = new Cost();
    for (int round = 0; round < ROUNDS; round++) {
      theirs.measure(hosts::runTrue, hosts::cpuSeconds);
      ours.measure(pullcord, daemons);
    }
    System.out.printf(
        Locale.ROOT,
        "| way, %d nodes | time | CPU |%n|---|---|---|%n| Fabric | %s |%n| Pullcord | %s |%n"
            + "| compared with Fabric | %.2f | %.2f |%n",
        nodes,
        theirs.cells(),
        ours.cells(),
        new Series(ours.millis()).median() / new Series(theirs.millis()).median(),
        new Series(ours.cpuMillis()).median() / new Series(theirs.cpuMillis()).median());
  }

  private static double run(LocalFleet fleet, List<String> command) {
    ProgramCall.Result result = fleet.cli(command.toArray(String[]::new));
    if (result.exit() != 0) {
      throw new IllegalStateException("exit " + result.exit() + ":\n" + result.output());
    }
    return result.took().toNanos() / 1e6;
  }

  private static double daemons(LocalFleet fleet) throws IOException {
    double sum = ProcessFigures.cpuSeconds(fleet.serverPid());
    for (LocalAgent agent : fleet.agents()) {
      sum += ProcessFigures.cpuSeconds(agent.pid());
    }
    return sum;
  }
}
