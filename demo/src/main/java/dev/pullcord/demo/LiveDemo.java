package dev.pullcord.demo;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.NodeView;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code ./pullcord demo}: says what to try and then shows what the fleet does, one line a change,
 * until Ctrl-C.
 */
final class LiveDemo {
  private static final long LOOK_EVERY_NANOS = 250_000_000;

  private final LocalFleet fleet;
  private final DemoOutput screen;
  private final Tour tour;
  private final Map<String, String> stateShown = new HashMap<>();
  private final Map<String, String> resultsShown = new HashMap<>();
  private boolean serverAway;

  LiveDemo(LocalFleet fleet, DemoOutput screen, Tour tour) {
    this.fleet = fleet;
    this.screen = screen;
    this.tour = tour;
  }

  /** Returns when the thread is interrupted; Ctrl-C ends the process before that. */
  boolean run() {
    invite();
    screen.heading("What happens, as it happens (Ctrl-C ends all of it)");
    while (!Thread.currentThread().isInterrupted()) {
      look();
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    return true;
  }

  private void invite() {
    screen.heading("The dashboard");
    screen.line(fleet.url() + "/ui");
    screen.line("token: " + fleet.adminToken());
    screen.heading("Try this in another terminal");
    tour.invite();
    screen.line("");
    screen.line("pullcord status");
    screen.line("pullcord why node-1");
    screen.line("git clone " + fleet.url() + "/git/fleet.git");
  }

  private void look() {
    try {
      for (NodeView node : fleet.api().nodes()) {
        showState(node);
      }
      serverAway = false;
    } catch (UncheckedIOException | IllegalStateException e) {
      if (!serverAway) {
        screen.line("the server does not answer: " + e.getMessage());
        serverAway = true;
      }
    }
    fleet.agents().forEach(this::showResults);
  }

  private void showState(NodeView node) {
    String name = node.name().value();
    String commit = node.appliedCommit() == null ? "nothing" : node.appliedCommit().abbreviated();
    String runs = "runs " + commit;
    String more = node.reason().isEmpty() || node.reason().equals(runs) ? "" : ": " + node.reason();
    String state = node.state().wireName() + ", " + runs + more;
    if (!state.equals(stateShown.put(name, state))) {
      screen.line(name + "  " + state);
    }
  }

  private void showResults(LocalAgent agent) {
    for (WorkerProcess worker : agent.workers()) {
      List<Results.Finding> found = Results.of(worker);
      if (found.isEmpty()) {
        continue;
      }
      Results.Finding last = found.getLast();
      String commits = last.code() + " " + last.patterns();
      if (!commits.equals(resultsShown.put(agent.name(), commits))) {
        screen.line(
            "%s  first results with code %s and patterns %s, from pid %d"
                .formatted(
                    agent.name(),
                    last.code().substring(0, 7),
                    last.patterns().substring(0, 7),
                    worker.pid()));
      }
    }
  }
}
