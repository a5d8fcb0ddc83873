package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.control.ControlClient.Outcome.Answered;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.BuiltPrograms;
import dev.pullcord.demo.process.ProcFs;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What system tests do with a fleet, and the invariants that hold after every failure. */
public final class Fleets {
  /** An agent is back within one poll interval and 30 s; locally it takes a few. */
  public static final Duration RECOVERY = Duration.ofSeconds(90);

  private Fleets() {}

  /** A server's state; nothing is started. */
  public static LocalFleet made(Path directory) {
    return LocalFleet.create(directory, BuiltPrograms.ofThisBuild(), new SetupInProcess());
  }

  /** A fleet whose server runs and whose agents have joined and been seen. */
  public static LocalFleet started(Path directory, int nodes) {
    return made(directory).started(nodes);
  }

  /** A fleet of so many nodes that runs {@link SmallWork#good}. */
  public static LocalFleet converged(Path directory, int nodes) {
    Needs.tool("git");
    Needs.tool("setsid");
    LocalFleet fleet = started(directory, nodes);
    try {
      PushResult first = fleet.push(SmallWork.good(), "Begin");
      assertThat(first.converged()).as(first.output()).isTrue();
      return fleet;
    } catch (RuntimeException | AssertionError e) {
      fleet.close();
      throw e;
    }
  }

  /** Waits until the server says that this node converged on the commit. */
  public static NodeView convergedOn(LocalFleet fleet, LocalAgent agent, String commit) {
    return Eventually.within(RECOVERY)
        .until(
            agent.name() + " converged on " + commit,
            () -> fleet.api().node(agent.name()),
            node ->
                node.state() == NodeState.CONVERGED
                    && node.appliedCommit() != null
                    && node.appliedCommit().value().equals(commit));
  }

  /** When each node converged on the newest deployment of the commit, in order of name. */
  public static List<Instant> convergedAt(LocalFleet fleet, String commit) {
    DeploymentView newest =
        fleet.api().deployments().stream()
            .filter(d -> d.commit().value().equals(commit))
            .findFirst()
            .orElseThrow();
    return fleet.api().client().deployment(newest.id()).orThrow().members().stream()
        .map(DeploymentView.Member::convergedAt)
        .map(Objects::requireNonNull)
        .toList();
  }

  /** Waits until the agent is connected. */
  public static void connected(LocalAgent agent) {
    Eventually.within(RECOVERY)
        .until(
            agent.name() + " is connected",
            () -> asked(agent),
            status -> status.server() != null && status.server().connected());
  }

  /**
   * What {@link LocalAgent#status} shows of an agent that runs, without a program for each look:
   * for whoever waits.
   */
  public static NodeStatus asked(LocalAgent agent) {
    if (new ControlClient(agent.state()).status() instanceof Answered(Reply reply)
        && reply.status() != null) {
      return reply.status();
    }
    throw new AssertionError(agent.name() + " does not answer");
  }

  /** Exactly one complete release is current, and exactly one worker runs, from a release. */
  public static void oneReleaseAndOneWorker(LocalAgent agent, String commit) {
    Path current = realPath(agent.state().resolve("current"));
    assertThat(current.getParent()).isEqualTo(realPath(agent.state().resolve("releases")));
    assertThat(current.getFileName().toString()).endsWith("-" + commit.substring(0, 12));
    List<WorkerProcess> workers = agent.workers();
    assertThat(workers).hasSize(1);
    assertThat(processesIn(agent)).isEqualTo(1);
  }

  /**
   * How many processes have a working directory below the agent's releases and lead their session:
   * the kernel's count of workers, whatever the notes in the state directory say.
   */
  public static long processesIn(LocalAgent agent) {
    String releases = realPath(agent.state().resolve("releases")).toString();
    return ProcessHandle.allProcesses()
        .filter(p ->
            ProcFs.workingDirectory(p.pid())
                .filter(d -> d.toString().startsWith(releases))
                .isPresent())
        .filter(p -> leadsItsSession(p.pid()))
        .count();
  }

  private static boolean leadsItsSession(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[3]) == pid;
    } catch (IOException e) {
      return false; // it has ended while we looked
    }
  }

  /** Every file of the active release is what the clone's work tree has. */
  public static void releaseEquals(LocalAgent agent, Map<String, String> files) {
    Path current = realPath(agent.state().resolve("current"));
    files.forEach((path, content) -> {
      if (!path.equals("pullcord.yaml")) {
        assertThat(current.resolve(path)).hasContent(content);
      }
    });
  }

  /** No leftovers of interrupted work, once what an agent does at its start is over. */
  public static void nothingLeftIn(Path directory) {
    Eventually.within(RECOVERY)
        .until("nothing is left in " + directory, () -> names(directory), List::isEmpty);
  }

  public static List<String> names(Path directory) throws IOException {
    try (Stream<Path> left = Files.list(directory)) {
      return left.map(path -> path.getFileName().toString()).toList();
    }
  }

  public static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the large matrices run whole. */
  public static boolean full() {
    return Boolean.getBoolean("pullcord.full");
  }
}
