package dev.pullcord.benchmarks.simulation;

import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.BuiltPrograms;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run on a server of its own: they join, pushes come, the server restarts, nothing happens. */
final class Simulation {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String MANIFEST =
      """
      version: 1
      bundles:
        data: {paths: [data/], on-change: nothing}
      """;

  private final LocalFleet server;
  private final SimulatedFleet nodes;
  private final PeopleWatch people;
  private final Plan plan;
  private final Consumer<String> say;
  private final List<SimulationReport.Arrival> arrivals = new ArrayList<>();
  private final List<SimulationReport.Push> pushes = new ArrayList<>();
  private SimulationReport.@Nullable Rest rest;
  private @Nullable RealAgents real;

  /**
   * What is done.
   *
   * @param nodes how many
   * @param script what each does with each push
   * @param pushes how many, after the one that is there before they join
   * @param restartServer whether the server is restarted before the last push
   * @param rest how long nothing happens, after the pushes
   * @param realAgents how many run beside them
   */
  record Plan(
      int nodes,
      FleetScript script,
      int pushes,
      boolean restartServer,
      Duration rest,
      int realAgents) {}

  private Simulation(
      LocalFleet server,
      SimulatedFleet nodes,
      PeopleWatch people,
      Plan plan,
      Consumer<String> say) {
    this.server = server;
    this.people = people;
    this.nodes = nodes;
    this.plan = plan;
    this.say = say;
  }

  /**
   * Runs it, all of its files below that directory.
   *
   * @param say what is under way, a line each
   */
  static SimulationReport run(Path directory, Plan plan, Consumer<String> say)
      throws IOException, InterruptedException {
    double load = Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
    try (LocalFleet server = LocalFleet.create(directory, BuiltPrograms.ofThisBuild())) {
      server.startServer();
      List<JoinToken> tokens = new ArrayList<>();
      for (int i = 0; i < plan.nodes(); i += SimulatedFleet.TOKEN_USES) {
        tokens.add(JoinToken.parse(server.api().invite(SimulatedFleet.TOKEN_USES).token()));
      }
      ServerAddress address = new ServerAddress(server.agentsUrl(), tokens.getFirst().serverPin());
      try (SimulatedFleet nodes =
              new SimulatedFleet(
                  address, directory.resolve("nodes"), plan.script(), plan.nodes(), say);
          PeopleWatch people = new PeopleWatch(server.api())) {
        Simulation simulation = new Simulation(server, nodes, people, plan, say);
        simulation.play(tokens);
        return new SimulationReport(
            plan.nodes(),
            plan.script().seed(),
            load,
            simulation.arrivals,
            simulation.pushes,
            simulation.rest,
            simulation.cost());
      }
    }
  }

  private void play(List<JoinToken> tokens) throws IOException, InterruptedException {
    server.push(Map.of("pullcord.yaml", MANIFEST, "data/x", "before\n"), "Before");
    if (plan.realAgents() > 0) {
      say.accept("starting " + plan.realAgents() + " real agents");
      real = RealAgents.join(server, plan.realAgents());
    }
    say.accept(plan.nodes() + " nodes join");
    double cpu = cost().cpuSeconds();
    long begun = System.nanoTime();
    nodes.begin(tokens);
    arrival("joined", begun, cpu);
    for (int i = 1; i <= plan.pushes(); i++) {
      if (plan.restartServer() && i == plan.pushes()) {
        say.accept("the server restarts");
        server.stopServer();
        long began = System.nanoTime();
        server.startServer();
        arrival("back after the start of a server that was stopped", began, 0);
      }
      say.accept("push " + i + " of " + plan.pushes());
      push(i);
    }
    if (plan.rest().isPositive()) {
      rest();
    }
  }

  private void arrival(String what, long began, double cpu)
      throws IOException, InterruptedException {
    people.take();
    int connected = nodes.awaitConnected(LIMIT);
    double seconds = (System.nanoTime() - began) / 1e9;
    arrivals.add(
        new SimulationReport.Arrival(
            what,
            connected,
            seconds,
            cost().cpuSeconds() - cpu,
            nodes.takeRefused(),
            people.take()));
  }

  private void push(int number) throws IOException, InterruptedException {
    settle();
    server.workTree().write(Map.of("data/x", "push " + number + "\n"));
    CommitId commit = new CommitId(server.workTree().commit("Push " + number));
    PushTimes times = nodes.expect(commit);
    people.take();
    double cpu = cost().cpuSeconds();
    PushResult pushed = server.workTree().push(_ -> {});
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (times.acknowledged() < plan.nodes() && System.nanoTime() < deadline) {
      Thread.sleep(Duration.ofMillis(20));
    }
    double used = cost().cpuSeconds() - cpu;
    Instant moved =
        Files.getLastModifiedTime(
                server.serverState().resolve("repositories/fleet.git/refs/heads/main"))
            .toInstant();
    pushes.add(
        new SimulationReport.Push(
            commit.value(),
            pushed.summary().orElseGet(pushed::output),
            times.spread(PushTimes.Stage.TOLD, moved),
            times.spread(PushTimes.Stage.FETCHED, moved),
            times.spread(PushTimes.Stage.ACKNOWLEDGED, moved),
            used * 1000 / (plan.nodes() + plan.realAgents()),
            times.fetchedBytes(),
            people.take(),
            real == null ? null : real.newest(moved)));
  }

  /** What came before has ended at the server too: it keeps its outcome once a second. */
  private static void settle() throws InterruptedException {
    Thread.sleep(Duration.ofSeconds(3));
  }

  private void rest() throws IOException, InterruptedException {
    say.accept("nothing happens for " + plan.rest().toSeconds() + " s");
    people.pause(true);
    settle();
    double cpu = cost().cpuSeconds();
    Thread.sleep(plan.rest());
    double seconds = plan.rest().toMillis() / 1000.0;
    rest = new SimulationReport.Rest(seconds, (cost().cpuSeconds() - cpu) / seconds * 100);
    people.pause(false);
  }

  private ServerCost cost() throws IOException {
    return ServerCost.of(server.serverPid(), server.serverState());
  }
}
