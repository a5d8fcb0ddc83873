package dev.pullcord.benchmarks;

import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One node: from the moment the ref has moved on the server to the worker ready, its health passed;
 * beside it, in the same run and taking turns, {@link ByHand} on the same commits.
 */
final class DeployBenchmark {
  private static final int PUSHES = 11;
  private static final Duration SETTLES = Duration.ofSeconds(5);

  /**
   * What was measured.
   *
   * @param pullcord each push, the first after the start of agent and server
   * @param byHand the script on the same commits
   * @param restart the part of the script's time that the worker's restart alone takes
   * @param steps of the last push, {@code fetch 12 ms}
   */
  record Figures(Series pullcord, Series byHand, Series restart, List<String> steps) {
    /** Medians without the first. */
    double warmRatio() {
      return pullcord.warm().median() / byHand.warm().median();
    }

    /** The first push after a start against the script on that commit. */
    double firstRatio() {
      return pullcord.first() / byHand.first();
    }
  }

  private DeployBenchmark() {}

  static Figures run(Path directory) throws IOException, InterruptedException {
    try (LocalFleet fleet = LocalFleet.started(directory.resolve("fleet"), 1)) {
      GitClone clone = fleet.workTree();
      write(clone, CommonTask.first());
      clone.commit("The common task");
      expectConverged(clone.push(_ -> {}));
      restart(fleet);
      List<Double> pullcord = new ArrayList<>();
      List<Double> byHand = new ArrayList<>();
      List<Double> restart = new ArrayList<>();
      Path remote = fleet.serverState().resolve("repositories/fleet.git");
      try (ByHand script = new ByHand(directory.resolve("by-hand"), remote)) {
        script.deploy();
        for (int n = 1; n <= PUSHES; n++) {
          write(clone, CommonTask.change(n));
          clone.commit("Change " + n);
          expectConverged(clone.push(_ -> {}));
          pullcord.add(refMovedToHealthy(fleet, remote));
          ByHand.Took took = script.deploy();
          byHand.add(took.total());
          restart.add(took.restart());
        }
      }
      return new Figures(
          new Series(pullcord), new Series(byHand), new Series(restart), lastSteps(fleet));
    }
  }

  /**
   * Server and agent start anew, so that the next push is the first one that they see, and get a
   * moment for what they do after a start.
   */
  private static void restart(LocalFleet fleet) {
    LocalAgent agent = fleet.agent(0);
    agent.stop();
    fleet.stopServer();
    fleet.startServer();
    agent.start();
    Waits.until("the agent is connected", Duration.ofSeconds(60), () -> connected(agent));
    Waits.idle(SETTLES);
  }

  private static boolean connected(LocalAgent agent) {
    try {
      var server = agent.status().server();
      return server != null && server.connected();
    } catch (IllegalStateException e) {
      return false; // it has not opened its socket yet
    }
  }

  static void write(GitClone clone, Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = clone.directory().resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
      if (file.getKey().startsWith("bin/") || file.getKey().equals("tasks/worker")) {
        path.toFile().setExecutable(true, false);
      }
    }
  }

  static void expectConverged(PushResult push) {
    if (!push.converged()) {
      throw new IllegalStateException("the push did not converge:\n" + push.output());
    }
  }

  /** The ref's file is renamed into place when it moves; its steps carry the agent's times. */
  private static double refMovedToHealthy(LocalFleet fleet, Path remote) throws IOException {
    Instant moved = Files.getLastModifiedTime(remote.resolve("refs/heads/main")).toInstant();
    StepRecord health =
        steps(fleet).stream()
            .filter(step -> step.kind() == StepRecord.Kind.HEALTH)
            .toList()
            .getLast();
    Instant healthy = health.startedAt().plusMillis(health.tookMillis());
    return Duration.between(moved, healthy).toNanos() / 1e6;
  }

  private static List<StepRecord> steps(LocalFleet fleet) {
    DeploymentView last = fleet.api().deployments().getFirst();
    return fleet.api().transcript(last.id(), "node-1").orElseThrow().steps();
  }

  private static List<String> lastSteps(LocalFleet fleet) {
    return steps(fleet).stream()
        .map(s -> s.kind().name().toLowerCase(java.util.Locale.ROOT) + " " + s.tookMillis() + " ms")
        .toList();
  }
}
