package dev.pullcord.demo;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** What both demos begin with: the server, the nodes, and the first push. */
final class Opening {
  private final LocalFleet fleet;
  private final DemoOutput screen;

  Opening(LocalFleet fleet, DemoOutput screen) {
    this.fleet = fleet;
    this.screen = screen;
  }

  void run(int nodes, Tour tour) {
    screen.heading("Pullcord demo: a control server and " + count(nodes) + " on this machine");
    long began = System.nanoTime();
    fleet.startServer();
    screen.good("the server is ready, with an empty git repository" + since(began));
    began = System.nanoTime();
    List<LocalAgent> agents = fleet.addAgents(nodes);
    screen.good(names(agents) + " joined with a token and " + areConnected(nodes) + since(began));

    screen.heading(tour.firstPush());
    fleet.workTree().copyFrom(fleet.programs().example(tour.example()));
    tour.fill();
    fleet.workTree().commit("Grep for errors and failed logins");
    push(fleet, screen);
  }

  /** Pushes what was committed, showing what git shows. */
  static PushResult push(LocalFleet fleet, DemoOutput screen) {
    screen.command("git push");
    PushResult result = fleet.workTree().push(line -> screen.output(line.stripTrailing()));
    if (result.exit() != 0) {
      throw new IllegalStateException("git push exited " + result.exit());
    }
    return result;
  }

  private static String names(List<LocalAgent> agents) {
    return agents.size() <= 5
        ? agents.stream().map(LocalAgent::name).collect(Collectors.joining(", "))
        : agents.getFirst().name() + " to " + agents.getLast().name();
  }

  private static String count(int nodes) {
    return nodes == 1 ? "one agent" : nodes == 3 ? "three agents" : nodes + " agents";
  }

  private static String areConnected(int nodes) {
    return nodes == 1 ? "is connected" : "are connected";
  }

  private static String since(long began) {
    return " (" + DemoOutput.seconds(Duration.ofNanos(System.nanoTime() - began)) + ")";
  }
}
