package dev.pullcord.demo;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.fleet.Waiting;
import dev.pullcord.demo.process.WorkerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * Plain processes that grep: a changed pattern, a changed task, and after each push every claim is
 * looked at from outside. A claim that does not hold is printed and makes the run fail; the others
 * are still looked at.
 */
final class GrepTour implements Tour {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PATTERNS = "search/errors.patterns";
  private static final String WORKER = "tasks/grep-worker";
  private static final String NEW_PATTERN = "certificate has expired";

  private final LocalFleet fleet;
  private final DemoOutput screen;
  private boolean held = true;

  GrepTour(LocalFleet fleet, DemoOutput screen) {
    this.fleet = fleet;
    this.screen = screen;
  }

  @Override
  public String example() {
    return "grep";
  }

  @Override
  public String firstPush() {
    return "The first push: a worker that greps, and the patterns it looks for";
  }

  @Override
  public void fill() {}

  @Override
  public void invite() {
    screen.line(Tour.enter(fleet.workTree().directory(), fleet.writeShellFile()));
    screen.line("");
    screen.line("echo 'slow query' >> search/errors.patterns");
    screen.line("git commit -am 'Look for slow queries' && git push       # nothing restarts");
    screen.line("");
    screen.line("sed -i s/INTERVAL:-1/INTERVAL:-2/ tasks/grep-worker");
    screen.line("git commit -am 'Grep every two seconds' && git push      # workers restart");
    screen.line("");
    screen.line("echo 'oops(' >> search/errors.patterns");
    screen.line("git commit -am 'Break a pattern' && git push             # refused on every node");
  }

  @Override
  public boolean once() {
    String first = fleet.workTree().head();
    resultsName(first, first);
    agree(first, first);
    Map<String, WorkerProcess> before = workers();

    screen.heading("A changed pattern: nothing restarts, the next results are new");
    fleet.workTree().write(Map.of(PATTERNS, fleet.workTree().read(PATTERNS) + NEW_PATTERN + "\n"));
    String pattern = commitAndPush("Look for expired certificates");
    check(
        "the new pattern has hits on every node",
        () -> everywhere((_, worker) -> withNewPattern(worker, first, pattern).isPresent()));
    workers().values().stream()
        .flatMap(worker -> withNewPattern(worker, first, pattern).stream())
        .findFirst()
        .ifPresent(found -> screen.output("  " + found.line()));
    resultsName(first, pattern);
    Map<String, WorkerProcess> between = workers();
    check("the workers' pids are what they were: " + pids(between), () -> between.equals(before));
    agree(first, pattern);

    screen.heading("A changed task: every worker finishes its pass and restarts");
    fleet
        .workTree()
        .write(Map.of(WORKER, fleet.workTree().read(WORKER).replace("INTERVAL:-1", "INTERVAL:-2")));
    String task = commitAndPush("Grep every two seconds");
    Map<String, WorkerProcess> after = workers();
    check(
        "the workers' pids are new: " + pids(after),
        () -> fleet.agents().stream().allMatch(agent -> isNew(agent, between, after)));
    check(
        "the old workers are gone",
        () -> between.values().stream().noneMatch(WorkerProcess::isAlive));
    resultsName(task, task);
    agree(task, task);
    return held;
  }

  private String commitAndPush(String message) {
    String commit = fleet.workTree().commit(message);
    screen.command("git commit -am '" + message + "'");
    PushResult result = Opening.push(fleet, screen);
    check(
        "the push saw " + fleet.agents().size() + " nodes converge",
        () -> result.converged() && !result.output().contains("had not converged"));
    return commit;
  }

  private void resultsName(String code, String patterns) {
    String text =
        "results name the commits: code " + shortened(code) + ", patterns " + shortened(patterns);
    check(
        text,
        () ->
            everywhere((_, worker) ->
                Results.of(worker).stream().anyMatch(found -> found.isOf(code, patterns))));
  }

  private void agree(String code, String live) {
    boolean agreed = Waiting.holds(PATIENCE, () -> disagreements(code, live).isEmpty());
    claim("/proc, the disk and the API agree about every worker", agreed);
    if (!agreed) {
      disagreements(code, live).forEach(screen::bad);
    }
  }

  private List<String> disagreements(String code, String live) {
    return fleet.agents().stream()
        .map(agent -> new Evidence(agent, fleet.api().node(agent.name())))
        .flatMap(evidence -> evidence.disagreements(code, live).stream())
        .toList();
  }

  private boolean everywhere(BiPredicate<LocalAgent, WorkerProcess> holds) {
    return fleet.agents().stream()
        .allMatch(agent -> agent.workers().stream().anyMatch(worker -> holds.test(agent, worker)));
  }

  private static Optional<Results.Finding> withNewPattern(
      WorkerProcess worker, String code, String patterns) {
    return Results.of(worker).stream()
        .filter(found -> found.isOf(code, patterns))
        .filter(found -> found.pattern().equals(NEW_PATTERN) && found.hits() > 0)
        .findFirst();
  }

  private Map<String, WorkerProcess> workers() {
    Map<String, WorkerProcess> workers = new TreeMap<>();
    for (LocalAgent agent : fleet.agents()) {
      agent.workers().forEach(worker -> workers.put(agent.name(), worker));
    }
    return workers;
  }

  private static boolean isNew(
      LocalAgent agent, Map<String, WorkerProcess> before, Map<String, WorkerProcess> after) {
    WorkerProcess now = after.get(agent.name());
    return now != null && !now.equals(before.get(agent.name()));
  }

  private static String pids(Map<String, WorkerProcess> workers) {
    List<String> pids =
        workers.values().stream().map(worker -> Long.toString(worker.pid())).toList();
    return pids.size() <= 5
        ? String.join(", ", pids)
        : String.join(", ", pids.subList(0, 5)) + " and " + (pids.size() - 5) + " more";
  }

  private static String shortened(String commit) {
    return commit.substring(0, 7);
  }

  private void check(String text, Supplier<Boolean> holds) {
    claim(text, Waiting.holds(PATIENCE, holds::get));
  }

  private void claim(String text, boolean holds) {
    if (holds) {
      screen.good(text);
    } else {
      screen.bad(text);
      held = false;
    }
  }
}
