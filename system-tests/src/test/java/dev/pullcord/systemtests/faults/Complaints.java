package dev.pullcord.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Gathers what was wrong at each of many points, so that a run shows all of it. */
final class Complaints {
  private static final int MOST_CHARS = 3000;
  private static final Pattern BLAME =
      Pattern.compile(
          "\\b(bug|our fault|[a-z.]+[A-Z][A-Za-z]*(Exception|Error))\\b|\tat | \\| at ");

  private final List<String> all = new ArrayList<>();

  /** Something to check. */
  @FunctionalInterface
  interface Check {
    /** Fails with an {@link AssertionError}. */
    void run() throws IOException;
  }

  /** Notes a check that fails, with the calls that were made. */
  void of(String at, FaultShim shim, Check check) throws IOException {
    try {
      check.run();
    } catch (AssertionError e) {
      add(at, e.getMessage() + "\ncalls:\n" + shim.trace());
    }
  }

  /** Notes lines of a log, from that one on, which call it a bug or name a class. */
  void blamesNobody(String at, Path log, int from) throws IOException {
    List<String> lines = Files.readAllLines(log);
    lines.subList(from, lines.size()).stream()
        .filter(line -> BLAME.matcher(line).find())
        .forEach(line -> add(at, "its log says: " + line));
  }

  void add(String at, String what) {
    String all = at + ": " + what;
    this.all.add(all.substring(0, Math.min(MOST_CHARS, all.length())));
  }

  void assertNone() {
    assertThat(all).as(String.join("\n", all)).isEmpty();
  }
}
