package dev.pullcord.demo.celery;

import dev.pullcord.demo.DemoOutput;
import dev.pullcord.demo.Tour;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.fleet.Waiting;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.protocol.unit.ShellWord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Celery workers that grep: a changed pattern restarts nothing, a changed task replaces every
 * worker, and the long jobs that were under way come back with the code that they began with.
 */
public final class CeleryTour implements Tour {
  private static final String PATTERNS = "search/errors.patterns";
  private static final String TASKS = "tasks/app.py";
  private static final String NEW_PATTERN = "certificate has expired";

  /** Of jobs that outlast a deploy: at least this, and more on a machine that is slow or busy. */
  private static final int LONG_SECONDS_MIN = 20;

  /** So many times as long as it takes to have short jobs done. */
  private static final int LONGER_THAN_SHORT_ONES = 10;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LINE =
      Pattern.compile("(\\S+)\\s+code (\\w+)\\s+patterns (\\w+)\\s+(\\S+)\\s+(.*)");

  private final LocalFleet fleet;
  private final DemoOutput screen;
  private final Broker broker;
  private boolean held = true;

  /** Of that fleet, with that broker. */
  public CeleryTour(LocalFleet fleet, DemoOutput screen, Broker broker) {
    this.fleet = fleet;
    this.screen = screen;
    this.broker = broker;
  }

  @Override
  public String example() {
    return "celery";
  }

  @Override
  public String firstPush() {
    return "The first push: Celery workers that grep, and the patterns they look for";
  }

  @Override
  public void fill() {
    String manifest = fleet.workTree().read("pullcord.yaml");
    fleet
        .workTree()
        .write(Map.of("pullcord.yaml", manifest.replace("redis://127.0.0.1:6379/0", broker.url())));
  }

  @Override
  public void invite() {
    screen.line(Tour.enter(fleet.workTree().directory(), fleet.writeShellFile()));
    screen.line("export BROKER=" + broker.url());
    screen.line("");
    screen.line(ShellWord.of(broker.python()) + " -m tasks.gather");
    screen.line("");
    screen.line("echo 'retry' >> search/errors.patterns");
    screen.line("git commit -am 'Look for retries' && git push            # nothing restarts");
    screen.line("");
    screen.line(ShellWord.of(broker.python()) + " -m tasks.gather 60 &     # long jobs");
    screen.line("sed -i 's/^import time/import time  # now/' tasks/app.py");
    screen.line("git commit -am 'Change a task' && git push               # workers are replaced");
    screen.line("pullcord status                                          # draining, until then");
  }

  /** One line of what gather prints. */
  private record Found(String file, String code, String patterns, String node, String hits) {}

  @Override
  public boolean once() {
    String first = shortened(fleet.workTree().head());
    List<Found> found = gather(0);
    check("the corpus was grepped with " + first, () -> all(found, first, first));

    screen.heading("A changed pattern: nothing restarts, the next job sees it");
    fleet.workTree().write(Map.of(PATTERNS, fleet.workTree().read(PATTERNS) + NEW_PATTERN + "\n"));
    String pattern = push("Look for expired certificates");
    long began = System.nanoTime();
    List<Found> next = gather(0);
    int seconds = longSeconds(Duration.ofNanos(System.nanoTime() - began));
    check("code " + first + " with patterns " + pattern, () -> all(next, first, pattern));
    check(
        "the new pattern has a hit",
        () -> next.stream().anyMatch(f -> f.hits().contains("1 × " + NEW_PATTERN)));
    changeTheTask(first, pattern, seconds, next.size());
    return held;
  }

  private void changeTheTask(String first, String pattern, int seconds, int jobs) {
    screen.heading("A changed task, while jobs of " + seconds + " s run");
    CompletableFuture<List<Found>> longJobs = CompletableFuture.supplyAsync(() -> gather(seconds));
    check("the long jobs are under way", () -> broker.taken() >= jobs);
    fleet
        .workTree()
        .write(
            Map.of(
                TASKS,
                fleet.workTree().read(TASKS).replace("import time\n", "import time  # now\n")));
    String task = push("Change a task");
    check("the push was there before the long jobs", () -> !longJobs.isDone());
    List<Found> after = gather(0);
    check("new jobs are done by code " + task, () -> all(after, task, task));
    List<Found> before = ended(longJobs);
    check(
        "the long jobs came back, all of them, with code " + first,
        () -> all(before, first, pattern));
    check("old generations have ended by themselves", () -> draining() == 0);
  }

  /** What came of them; what they failed of is thrown as it would be here. */
  static <T> T ended(CompletableFuture<T> jobs) {
    try {
      return jobs.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failed) {
        throw failed;
      }
      throw e;
    }
  }

  private static int longSeconds(Duration shortOnes) {
    long seconds = LONGER_THAN_SHORT_ONES * shortOnes.toSeconds();
    return Math.toIntExact(Math.max(LONG_SECONDS_MIN, seconds));
  }

  private long draining() {
    return fleet.api().fleet().attributes().getOrDefault("draining", 0);
  }

  private String push(String message) {
    String commit = fleet.workTree().commit(message);
    screen.command("git commit -am '" + message + "'");
    screen.command("git push");
    PushResult result = fleet.workTree().push(line -> screen.output(line.stripTrailing()));
    check("the push saw every node converge", result::converged);
    return shortened(commit);
  }

  private List<Found> gather(int seconds) {
    screen.command("python3 -m tasks.gather" + (seconds == 0 ? "" : " " + seconds));
    ProgramCall.Result result =
        ProgramCall.of(
                fleet.workTree().directory(),
                Map.of("BROKER", broker.url(), "PYTHONDONTWRITEBYTECODE", "1"),
                List.of(broker.python(), "-m", "tasks.gather", Integer.toString(seconds)))
            .runOrFail();
    result.lines().forEach(screen::output);
    return result.lines().stream()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .map(m -> new Found(m.group(1), m.group(2), m.group(3), m.group(4), m.group(5)))
        .toList();
  }

  private static boolean all(List<Found> found, String code, String patterns) {
    return !found.isEmpty()
        && found.stream().allMatch(f -> f.code().equals(code) && f.patterns().equals(patterns));
  }

  private static String shortened(String commit) {
    return commit.substring(0, 7);
  }

  private void check(String text, BooleanSupplier holds) {
    if (Waiting.holds(PATIENCE, holds)) {
      screen.good(text);
    } else {
      screen.bad(text);
      held = false;
    }
  }
}
