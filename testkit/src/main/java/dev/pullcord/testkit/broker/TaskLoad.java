package dev.pullcord.testkit.broker;

import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Jobs that come all the time, and the books about them: what was sent, begun and done. */
public final class TaskLoad implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Path ledger;
  private final Process sender;

  private TaskLoad(Path ledger, Process sender) {
    this.ledger = ledger;
    this.sender = sender;
  }

  /**
   * How much.
   *
   * @param longSeconds how long a long job takes
   * @param longPerMinute so many of them
   * @param shortPerSecond jobs of 0.2 s
   */
  public record Rate(int longSeconds, int longPerMinute, int shortPerSecond) {}

  /**
   * Where the jobs go.
   *
   * @param queues that get them in turn
   * @param settings Python statements about the sending application {@code app}
   * @param priorities whether each job has one, of 0 to 9
   */
  public record Route(List<String> queues, String settings, boolean priorities) {
    /** One queue, and nothing to be set. */
    public static final Route GREP = new Route(List.of("grep"), "", false);

    /** Copies. */
    public Route {
      queues = List.copyOf(queues);
    }
  }

  /** Begins to send; its books are files in that directory. */
  public static TaskLoad started(Path python, String broker, Path ledger, Rate rate, Route route) {
    try {
      Path script = ledger.resolve("load.py");
      Files.writeString(script, resource("load.py"));
      ProcessBuilder sender =
          new ProcessBuilder(
                  python.toString(),
                  script.toString(),
                  broker,
                  ledger.toString(),
                  Integer.toString(rate.longSeconds()),
                  Integer.toString(rate.longPerMinute()),
                  Integer.toString(rate.shortPerSecond()))
              .redirectErrorStream(true)
              .redirectOutput(ledger.resolve("load.log").toFile());
      sender.environment().put("LOAD_QUEUES", String.join(",", route.queues()));
      sender.environment().put("LOAD_SETTINGS", route.settings());
      sender.environment().put("LOAD_PRIORITIES", route.priorities() ? "1" : "");
      return new TaskLoad(ledger, sender.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of an application that does the jobs, in a version that can be told apart. */
  public static Map<String, String> application(String version, String settings) {
    return Map.of(
        "tasks/__init__.py",
        "",
        "tasks/app.py",
        resource("tasks/app.py").replace("@VERSION@", version).replace("@SETTINGS@", settings),
        "tasks/late.py",
        "VERSION = '" + version + "'\n");
  }

  private static String resource(String name) {
    try (InputStream in = TaskLoad.class.getResourceAsStream("/celery/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource celery/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** No more jobs for a while, and waits until all that were sent are done. */
  public void pause() {
    touch("pause");
    Eventually.within(LIMIT).until("the load pauses", () -> there("paused"), there -> there);
    awaitIdle();
  }

  /** Sends again. */
  public void resume() {
    try {
      Files.deleteIfExists(ledger.resolve("paused"));
      Files.delete(ledger.resolve("pause"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** No more jobs; what was sent goes on. */
  public void stop() {
    touch("stop");
    try {
      sender.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until every job is done, or until none has ended for longer than one takes. */
  public void awaitIdle() {
    Eventually.within(LIMIT)
        .until("all jobs are done", () -> lost() + " of " + sent().size(), l -> lost().isEmpty());
  }

  /** What the broker took, in that order. */
  public Set<String> sent() {
    return new LinkedHashSet<>(lines("sent"));
  }

  /** Sent and never done. */
  public Set<String> lost() {
    Set<String> lost = new TreeSet<>(sent());
    done().forEach(job -> lost.remove(job.name()));
    return lost;
  }

  /** Begun, and not done yet. */
  public Set<String> underWay() {
    Set<String> underWay = new TreeSet<>();
    lines("began").forEach(line -> underWay.add(line.split(" ")[0]));
    done().forEach(job -> underWay.remove(job.name()));
    return underWay;
  }

  /** Done more than once. */
  public Set<String> doneTwice() {
    Map<String, Integer> times = new HashMap<>();
    done().forEach(job -> times.merge(job.name(), 1, Integer::sum));
    return times.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * A job that was done.
   *
   * @param name of it
   * @param code the version of the task
   * @param late the version of what the task imported at its end
   * @param patterns the version of the search files
   */
  public record Job(String name, String code, String late, String patterns) {}

  /** All that were done. */
  public List<Job> done() {
    List<Job> jobs = new ArrayList<>();
    for (String line : lines("done")) {
      String[] words = line.split(" ");
      jobs.add(new Job(words[0], words[1], words[2], words[3]));
    }
    return jobs;
  }

  /** The versions of code that ever began a job. */
  public Set<String> versions() {
    return lines("began").stream()
        .map(line -> line.split(" ")[1])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * How long two versions of code began jobs at the same time, in seconds, for each version that
   * followed another: from the first job of the newer to the last of the older, on all nodes.
   */
  public List<Double> mixedWindows() {
    Map<String, double[]> spans = new LinkedHashMap<>();
    for (String line : lines("began")) {
      String[] words = line.split(" ");
      double at = Double.parseDouble(words[2]);
      double[] span = spans.computeIfAbsent(words[1], v -> new double[] {at, at});
      span[0] = Math.min(span[0], at);
      span[1] = Math.max(span[1], at);
    }
    List<double[]> inOrder =
        spans.values().stream().sorted(Comparator.comparingDouble(span -> span[0])).toList();
    List<Double> windows = new ArrayList<>();
    for (int i = 1; i < inOrder.size(); i++) {
      windows.add(Math.max(0, inOrder.get(i - 1)[1] - inOrder.get(i)[0]));
    }
    return windows;
  }

  private List<String> lines(String name) {
    try {
      Path file = ledger.resolve(name);
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean there(String name) {
    return Files.exists(ledger.resolve(name));
  }

  private void touch(String name) {
    try {
      Files.writeString(ledger.resolve(name), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    sender.destroyForcibly();
  }
}
