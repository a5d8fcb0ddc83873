package dev.pullcord.benchmarks.simulation;

import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.benchmarks.Scratch;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.server.channel.NodeRoom;
import dev.pullcord.server.http.connection.ConnectionLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./pullcord simulate}. Exit code 0 when every node that the script lets pass has
 * acknowledged every push, 1 when one has not, 2 for wrong usage.
 */
@Command(
    name = "./pullcord simulate",
    description = {
      "Thousands of nodes on the real wire, over TLS, from one process, and what they cost the"
          + " server. They join a server of their own on loopback, hear of pushes, fetch, and say"
          + " what came of it. The same seed has the same nodes do the same.",
      ""
    },
    mixinStandardHelpOptions = true)
public final class SimulateMain implements Callable<Integer> {
  private static final int MOST_NODES = 20_000;
  private static final int REAL_AGENTS = 10;
  private static final int DESCRIPTORS_KEPT = 500;
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,6})-([0-9]{1,6})");

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--nodes", paramLabel = "N", description = "how many; 1000 by default")
  private int nodes = 1000;

  @Option(names = "--seed", paramLabel = "N", description = "of the script; 1 by default")
  private long seed = 1;

  @Option(names = "--pushes", paramLabel = "N", description = "how many; 3 by default")
  private int pushes = 3;

  @Option(
      names = "--work",
      paramLabel = "MIN-MAX",
      description = "how long a node works on a commit, in ms; 0-0 by default")
  private String work = "0-0";

  @Option(
      names = "--fail",
      paramLabel = "PERCENT",
      description = "of the nodes roll a push back, and say so")
  private int fail;

  @Option(
      names = "--restart",
      paramLabel = "PERCENT",
      description = "of the agents start anew when they hear of a push")
  private int restart;

  @Option(
      names = "--cut",
      paramLabel = "PERCENT",
      description = "of the nodes lose their connections when they hear of a push")
  private int cut;

  @Option(
      names = "--restart-server",
      description = "before the last push, so that all nodes come back at once")
  private boolean restartServer;

  @Option(
      names = "--rest",
      paramLabel = "SECONDS",
      description = "measure the server for that long while nothing happens")
  private int rest;

  @Option(
      names = "--check",
      description = "ten real agents beside the simulated nodes, and their figures")
  private boolean check;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "the agents' port of another server, which others push to; the join tokens, each for"
              + " 1000 nodes, are in PULLCORD_JOIN_TOKEN, with blanks between them")
  private @Nullable String server;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      description = "with --server: how long the nodes stay; 60 by default")
  private int stay = 60;

  @Option(names = "-o", paramLabel = "FORMAT", description = "text or json; text by default")
  private String output = "text";

  private SimulateMain() {}

  /** Runs it and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SimulateMain()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (!List.of("text", "json").contains(output)) {
      throw wrong("-o " + output + ": text or json is expected");
    }
    requireWithin("--nodes", nodes, 1, MOST_NODES);
    requireWithin("--pushes", pushes, 0, 1000);
    requireWithin("--rest", rest, 0, 3600);
    requireDescriptors();
    SimulationReport report;
    try {
      report = server == null ? alone() : beside(server);
    } catch (InterruptedException e) {
      return 1; // Ctrl-C
    } catch (IllegalStateException | UncheckedIOException e) {
      System.err.println("the simulation ended: " + e.getMessage());
      return 1;
    }
    System.out.println(output.equals("json") ? PullcordJson.write(report) : report.text());
    int expected = nodes;
    boolean held =
        report.arrivals().stream().allMatch(a -> a.connected() == expected)
            && report.pushes().stream().allMatch(p -> p.acknowledged().count() == expected);
    return held ? 0 : 1;
  }

  private SimulationReport alone() throws IOException, InterruptedException {
    Simulation.Plan plan =
        new Simulation.Plan(
            nodes,
            script(),
            pushes,
            restartServer,
            Duration.ofSeconds(rest),
            check ? REAL_AGENTS : 0);
    try (Scratch scratch = new Scratch("pullcord-simulate-")) {
      return Simulation.run(
          scratch.directory().resolve("fleet"), plan, line -> System.err.println("  " + line));
    }
  }

  private SimulationReport beside(String url) throws IOException, InterruptedException {
    String given = System.getenv("PULLCORD_JOIN_TOKEN");
    List<JoinToken> tokens;
    try {
      tokens =
          given == null
              ? List.of()
              : Arrays.stream(given.strip().split("\\s+")).map(JoinToken::parse).toList();
    } catch (IllegalArgumentException e) {
      throw wrong("PULLCORD_JOIN_TOKEN: " + e.getMessage());
    }
    int needed = (nodes + SimulatedFleet.TOKEN_USES - 1) / SimulatedFleet.TOKEN_USES;
    if (tokens.size() < needed) {
      throw wrong(
          "PULLCORD_JOIN_TOKEN has %d tokens, %d nodes need %d: pullcord invite --uses 1000"
              .formatted(tokens.size(), nodes, needed));
    }
    return VisitingFleet.run(
        new ServerAddress(url, tokens.getFirst().serverPin()),
        tokens,
        script(),
        nodes,
        Duration.ofSeconds(stay));
  }

  private FleetScript script() {
    requireWithin("--fail", fail, 0, 100);
    requireWithin("--restart", restart, 0, 100);
    requireWithin("--cut", cut, 0, 100);
    Matcher range = RANGE.matcher(work);
    if (!range.matches() || Long.parseLong(range.group(1)) > Long.parseLong(range.group(2))) {
      throw wrong("--work " + work + ": MIN-MAX in ms is expected, as 100-2000");
    }
    return new FleetScript(
        seed, Long.parseLong(range.group(1)), Long.parseLong(range.group(2)), fail, restart, cut);
  }

  private void requireWithin(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw wrong(
          "%s %d: a number from %d to %d is expected".formatted(option, value, least, most));
    }
  }

  /** A node has two connections, here as in an agent; the server on this machine has them too. */
  private void requireDescriptors() throws IOException {
    long allowed =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(line -> line.startsWith("Max open files"))
            .map(line -> line.substring("Max open files".length()).strip().split("\\s+")[1])
            .filter(limit -> !limit.equals("unlimited"))
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElse(Long.MAX_VALUE);
    long fitting = (allowed - DESCRIPTORS_KEPT) / 2;
    if (server == null) {
      long port = ConnectionLimits.ofAgents(allowed, Long.MAX_VALUE).open();
      fitting = Math.min(fitting, NodeRoom.fitting(Long.MAX_VALUE, (int) port).nodes());
    }
    if (nodes > fitting) {
      throw wrong(
          "--nodes %d: this process may open %d files, so at most %d nodes, or a higher limit"
                  .formatted(nodes, allowed, fitting)
              + " (ulimit -Hn)");
    }
  }

  private ParameterException wrong(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }
}
