package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.BuiltPrograms;
import dev.pullcord.demo.process.Child;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that has lost one of its threads ends with 70 and says which one it was. */
class DeadThreadTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Threads that live from the start of the daemon on. */
  private static final List<String> OF_THE_AGENT =
      List.of("actions", "channel", "control", "converge", "report", "schedule", "tick");

  private static final List<String> OF_THE_SERVER =
      List.of(
          "dashboard-feed",
          "fleet-changes",
          "http",
          "self-watch",
          "store-reader",
          "store-writer",
          "timers");

  /** Made when they are needed, by the same method; {@code LastingThreadsTest} has their kinds. */
  private static final List<String> NOW_AND_THEN =
      List.of(
          "action",
          "alerts",
          "answer-awaited",
          "command",
          "control-asks",
          "control-client",
          "delta",
          "fetch",
          "health",
          "health-http",
          "lease",
          "logs",
          "mail",
          "metrics",
          "notify",
          "process-end",
          "push",
          "repository-follower",
          "rollouts",
          "runs",
          "stop-deadline",
          "stop-line",
          "upkeep",
          "upstream",
          "watchdog");

  @TempDir Path directory;

  @Test
  void aDaemonEndsWhenOneOfItsThreadsDies() throws IOException {
    Needs.tool("setsid");
    try (LocalFleet fleet = Fleets.started(directory.resolve("fleet"), 1)) {
      LocalAgent agent = fleet.agent(0);
      agent.stop();
      Path config = directory.resolve("agent.yaml");
      Files.writeString(config, "poll: 1s\nas-root: true\n");
      List<String> run = new ArrayList<>(List.of(fleet.programs().agent(), "run"));
      run.addAll(List.of("--config", config.toString(), "--state", agent.state().toString()));
      for (String thread : OF_THE_AGENT) {
        assertThat(endOf(start(run, thread), thread)).contains("pullcord-agent: thread " + thread);
      }
      // The agent comes back to each of these servers, so that they have something to do.
      fleet.stopServer();
      agent.start();
      List<String> serve = new ArrayList<>(List.of(fleet.programs().server(), "run"));
      serve.addAll(List.of("--state", fleet.serverState().toString()));
      serve.addAll(List.of("--listen", "127.0.0.1:" + port(fleet.url())));
      serve.addAll(List.of("--agents", "127.0.0.1:" + port(fleet.agentsUrl())));
      for (String thread : OF_THE_SERVER) {
        assertThat(endOf(start(serve, thread), thread))
            .contains("pullcord-server: thread " + thread);
      }
    }
  }

  private static String port(String url) {
    return url.substring(url.lastIndexOf(':') + 1);
  }

  /** A thread with a new name has to be put into one of the lists above. */
  @Test
  void everyThreadThatTheDaemonsMakeIsKnownHere() throws IOException {
    Set<String> known = new TreeSet<>(OF_THE_AGENT);
    known.addAll(OF_THE_SERVER);
    known.addAll(NOW_AND_THEN);
    known.remove("http"); // Jetty's own pool
    Set<String> made = new TreeSet<>(List.of("process-end"));
    Pattern call =
        Pattern.compile(
            "(?:LastingThreads\\.(?:start|unstarted|brief|pool|timer|watched)|OwnThread\\.run)"
                + "\\(\\s*\"([^\"]+)\"");
    Path root = BuiltPrograms.ofThisBuild().root();
    for (String module : List.of("base", "agent", "control-server")) {
      try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          Matcher found = call.matcher(Files.readString(file));
          while (found.find()) {
            made.add(found.group(1));
          }
        }
      }
    }
    assertThat(made).isEqualTo(known);
  }

  private Child start(List<String> argv, String thread) {
    return Child.start(
        argv,
        directory,
        Map.of("PULLCORD_JAVA_OPTS", "-Dpullcord.fail-thread=" + thread),
        directory.resolve(thread + ".log"));
  }

  private String endOf(Child child, String thread) throws IOException {
    try {
      assertThat(child.ended(LIMIT)).as("ends without its thread " + thread).isTrue();
      List<String> lines = new ArrayList<>(Files.readAllLines(directory.resolve(thread + ".log")));
      assertThat(child.exit()).as(String.join("\n", lines)).isEqualTo(70);
      return lines.stream().filter(l -> l.endsWith("; the process ends")).findFirst().orElse("");
    } finally {
      if (child.isAlive()) {
        child.kill();
      }
    }
  }
}
