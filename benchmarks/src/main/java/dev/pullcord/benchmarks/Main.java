package dev.pullcord.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs the benchmarks and writes {@code docs/reference/performance.md}: {@code ./pullcord bench}.
 * Each figure stands beside the script's of the same run, because no two machines are alike.
 */
public final class Main {
  private static final String DASHBOARD = "\n## The dashboard";

  private Main() {}

  /** The only argument is the repository's root. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path root = Path.of(args.length > 0 ? args[0] : ".").toAbsolutePath().normalize();
    System.setProperty("pullcord.root", root.toString());
    DeployBenchmark.Figures one;
    FleetBenchmark.Figures three;
    FleetBenchmark.Figures twenty;
    try (Scratch scratch = new Scratch("pullcord-bench-")) {
      one = DeployBenchmark.run(scratch.directory().resolve("one"));
      three = FleetBenchmark.run(scratch.directory().resolve("three"), 3);
      twenty = FleetBenchmark.run(scratch.directory().resolve("twenty"), 20);
    }
    Path file = root.resolve("docs/reference/performance.md");
    String page =
        new PerformancePage(one, three, twenty).text() + dashboard(Files.readString(file));
    Files.writeString(file, page);
    System.out.println(page);
    System.exit(0);
  }

  /** The rest of the page, from its heading on. Other commands measure it, so it stays. */
  private static String dashboard(String before) {
    int at = before.indexOf(DASHBOARD);
    return at < 0 ? "" : before.substring(at);
  }
}
