package dev.pullcord.benchmarks;

import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a call of {@code pullcord} costs in CPU (user and system), since it is typed many times a
 * day and scripts call it in loops: the status of a fleet over TLS, and beside it a client in
 * Python that asks the same server once and prints what it gets. In turns, since no two minutes are
 * alike.
 */
public final class CommandBenchmark {
  private static final int ROUNDS = 10;

  private static final String PYTHON =
      """
      import os, ssl, urllib.request
      unverified = ssl._create_unverified_context()
      asked = urllib.request.Request(os.environ["PULLCORD_URL"] + "/api/v1/fleet")
      asked.add_header("Authorization", "Bearer " + os.environ["PULLCORD_TOKEN"])
      print(urllib.request.urlopen(asked, context=unverified).read().decode())
      """;

  private CommandBenchmark() {}

  /** Arguments: the repository's root, and launchers of the command, that of this build if none. */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args.length > 0 ? args[0] : ".").toAbsolutePath().normalize();
    System.setProperty("pullcord.root", root.toString());
    try (Scratch scratch = new Scratch("pullcord-bench-");
        LocalFleet fleet = LocalFleet.started(scratch.directory().resolve("fleet"), 3)) {
      List<List<String>> ways = new ArrayList<>();
      if (args.length < 2) {
        ways.add(List.of(fleet.programs().cli(), "status"));
      }
      for (int i = 1; i < args.length; i++) {
        ways.add(List.of(args[i], "status"));
      }
      ways.add(List.of("python3", "-c", PYTHON));
      ways.add(List.of("true"));
      measure(fleet, ways)
          .forEach((way, cpu) -> System.out.println("%-60s %s".formatted(way, cpu.text())));
    }
    System.exit(0);
  }

  private static Map<String, Series> measure(LocalFleet fleet, List<List<String>> ways)
      throws IOException {
    Map<String, String> environment =
        Map.of(
            "HOME", fleet.directory().toString(),
            "PULLCORD_URL", fleet.url(),
            "PULLCORD_TOKEN", fleet.adminToken(),
            "PULLCORD_FINGERPRINT", fleet.fingerprint());
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    for (int round = 0; round <= ROUNDS; round++) {
      for (List<String> way : ways) {
        double before = children();
        ProgramCall.Result ended = ProgramCall.of(fleet.directory(), environment, way).run();
        if (ended.exit() > 1) { // 1: the nodes run nothing yet, which it says
          throw new IllegalStateException(way.getFirst() + ": " + ended.output());
        }
        if (round > 0) { // the first reads the program from disk
          String name = String.join(" ", way).lines().findFirst().orElse("").strip();
          millis.computeIfAbsent(name, _ -> new ArrayList<>()).add((children() - before) * 1000);
        }
      }
    }
    Map<String, Series> all = new LinkedHashMap<>();
    millis.forEach((way, times) -> all.put(way, new Series(times)));
    return all;
  }

  /** Of this program, and of those that it has run to their end. */
  private static double children() throws IOException {
    return ProcessFigures.cpuSeconds(ProcessHandle.current().pid());
  }
}
