package dev.pullcord.systemtests.celery;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks once a second, with eyes of its own, whether a node that the API calls converged is: which
 * release is current on its disk, which processes work there, and who consumes the queue as the
 * broker knows it. None of it is what the agent reports or keeps for itself.
 */
final class Witness implements AutoCloseable {
  /** How many looks in a row may see no consumer of a node. */
  private static final int UNSEEN_LIMIT = 3;

  /** For how many seconds a look waits for answers, and once one was missing. */
  private static final String SHORT_LOOK = "0.7\n";

  private static final String LONG_LOOK = "4\n";

  private static final Pattern CONSUMER = Pattern.compile("(.+)-g[0-9]+-([0-9a-f]{7})@.*");
  private static final int COMMIT_DIGITS = 7;

  private final LocalFleet fleet;
  private final Process inspector;
  private final BufferedReader answers;
  private final Map<String, String> versions = new ConcurrentHashMap<>();
  private final Map<String, Integer> unseen = new HashMap<>();
  private final List<String> lies = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::run, "witness");
  private volatile boolean over;
  private volatile int looks;
  private volatile int judged;

  private Witness(LocalFleet fleet, Process inspector) {
    this.fleet = fleet;
    this.inspector = inspector;
    this.answers = inspector.inputReader();
  }

  static Witness started(LocalFleet fleet, Path python, String broker, Path scratch) {
    try {
      Path script = scratch.resolve("consumers.py");
      Files.writeString(script, CeleryWork.resource("consumers.py"));
      Witness witness =
          new Witness(
              fleet,
              new ProcessBuilder(python.toString(), script.toString(), broker)
                  .redirectError(ProcessBuilder.Redirect.DISCARD)
                  .start());
      witness.thread.start();
      return witness;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a commit has: two commits with the same version have the same files. */
  void knows(String commit, String code, String patterns) {
    versions.put(commit, code + " " + patterns);
  }

  /** How often it looked, and how often a node was converged both before and after a look. */
  String text() {
    return looks + " looks, " + judged + " times converged";
  }

  int judged() {
    return judged;
  }

  /** Each time that a node was called converged and was not. */
  List<String> lies() {
    return List.copyOf(lies);
  }

  private void run() {
    while (!over) {
      long began = System.nanoTime();
      try {
        look();
      } catch (UncheckedIOException | IllegalStateException e) {
        unseen.clear(); // the server is away for a moment, and then nobody says anything
      }
      LockSupport.parkNanos(Duration.ofSeconds(1).minusNanos(System.nanoTime() - began).toNanos());
    }
  }

  private void look() {
    Map<String, Claim> before = converged();
    Map<String, List<String>> consumers = consumers();
    Map<String, String> disks = new HashMap<>();
    for (LocalAgent agent : fleet.agents()) {
      disks.put(agent.name(), current(agent));
    }
    Map<String, Claim> after = converged();
    looks++;
    before.forEach((name, claim) -> {
      String wanted = versions.get(claim.commit());
      if (wanted != null && claim.equals(after.get(name))) {
        judged++;
        judge(name, claim.commit(), wanted, consumers, disks.getOrDefault(name, "nothing"));
      } else {
        unseen.remove(name);
      }
    });
  }

  private void judge(
      String name, String commit, String wanted, Map<String, List<String>> consumers, String disk) {
    if (!wanted.equals(versionOf(disk))) {
      lies.add(name + " is converged on " + commit + " and current is " + disk);
    }
    String code = wanted.split(" ")[0];
    boolean seen = false;
    for (Map.Entry<String, List<String>> consumer : consumers.entrySet()) {
      Matcher matcher = CONSUMER.matcher(consumer.getKey());
      if (!matcher.matches()
          || !matcher.group(1).equals(name)
          || !consumer.getValue().contains("grep")) {
        continue;
      }
      if (code.equals(versionOf(matcher.group(2)).split(" ")[0])) {
        seen = true;
      } else {
        lies.add(name + " is converged on " + commit + " and " + consumer.getKey() + " consumes");
      }
    }
    if (seen && workersIn(name, code) == 0) {
      lies.add(name + " is converged on " + commit + " and no process works in such a release");
    }
    int times = seen ? 0 : unseen.merge(name, 1, Integer::sum);
    if (seen) {
      unseen.remove(name);
    } else if (times == UNSEEN_LIMIT) {
      lies.add(name + " is converged on " + commit + " and nobody consumes: " + consumers);
    }
  }

  /** What the API says of a node that it calls converged. */
  private record Claim(String commit, Instant since) {}

  private Map<String, Claim> converged() {
    Map<String, Claim> converged = new HashMap<>();
    for (NodeView node : fleet.api().nodes()) {
      CommitId commit = node.appliedCommit();
      if (node.state() == NodeState.CONVERGED && commit != null) {
        converged.put(node.name().value(), new Claim(commit.value(), node.since()));
      }
    }
    return converged;
  }

  private Map<String, List<String>> consumers() {
    try {
      inspector.outputWriter().write(unseen.isEmpty() ? SHORT_LOOK : LONG_LOOK);
      inspector.outputWriter().flush();
      String line = answers.readLine();
      return line == null
          ? Map.of()
          : PullcordJson.wire().readValue(line, new TypeReference<>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many processes of that node work in a release with that code. */
  private long workersIn(String name, String code) {
    List<String> releases = new ArrayList<>();
    ProcessHandle.allProcesses()
        .forEach(process -> {
          Optional<Path> directory = directoryOf(process.pid());
          String path = directory.map(Path::toString).orElse("");
          if (path.contains("/" + name + "/releases/")) {
            releases.add(path.substring(path.lastIndexOf('-') + 1));
          }
        });
    return releases.stream().filter(r -> code.equals(versionOf(r).split(" ")[0])).count();
  }

  private static Optional<Path> directoryOf(long pid) {
    try {
      return Optional.of(Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String current(LocalAgent agent) {
    try {
      String release = Files.readSymbolicLink(agent.state().resolve("current")).toString();
      return release.substring(release.lastIndexOf('-') + 1);
    } catch (IOException e) {
      return "nothing";
    }
  }

  /** By the beginning of a commit's id. */
  private String versionOf(String commit) {
    return versions.entrySet().stream()
        .filter(entry -> commit.length() >= COMMIT_DIGITS && entry.getKey().startsWith(commit))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("unknown unknown");
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    inspector.destroyForcibly();
  }
}
