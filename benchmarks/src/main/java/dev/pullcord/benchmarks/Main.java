package dev.pullcord.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Runs the benchmarks and writes {@code docs/reference/performance.md}: {@code ./pullcord bench}.
 * Each figure stands beside the script's in the same run, since the machine is never the same.
 */
public final class Main {
  private static final String DASHBOARD = "\n## The dashboard";

  private Main() {}

  /** The only argument is the repository's root. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path root = Path.of(args.length > 0 ? args[0] : ".").toAbsolutePath().normalize();
    System.setProperty("pullcord.root", root.toString());
    Path scratch = Files.createTempDirectory("pullcord-bench-");
    DeployBenchmark.Figures one = DeployBenchmark.run(scratch.resolve("one"));
    FleetBenchmark.Figures three = FleetBenchmark.run(scratch.resolve("three"), 3);
    FleetBenchmark.Figures twenty = FleetBenchmark.run(scratch.resolve("twenty"), 20);
    Path file = root.resolve("docs/reference/performance.md");
    String page = page(one, three, twenty) + dashboard(Files.readString(file));
    Files.writeString(file, page);
    System.out.println(page);
    System.exit(0);
  }

  /** What a browser measures, with its heading: another command makes it, and it stays. */
  private static String dashboard(String before) {
    int at = before.indexOf(DASHBOARD);
    return at < 0 ? "" : before.substring(at);
  }

  private static String page(
      DeployBenchmark.Figures one, FleetBenchmark.Figures three, FleetBenchmark.Figures twenty) {
    return String.format(
        Locale.ROOT,
        """
        # Performance

        Written by `./pullcord bench` on %d cores, Java %s. Medians, the range in brackets. The
        work: 200 search files of 2 KB and 20 task files, one of 5 MB; a commit changes one of each;
        `check` is on, health is asked every 20 ms and has to pass twice. The script fetches, checks
        out, syncs and restarts the same worker on the same commits, in turns with Pullcord in the
        same run; it is told at once, over `file://`, and asks for no health. The worker's restart
        alone takes %.3f s, as an interpreter's does.

        ## One node, from the ref's move on the server to the worker ready

        | way | first push after a start | the ten after it | against the script |
        |---|---|---|---|
        | the script | %.3f s | %s | 1 |
        | Pullcord | %.3f s | %s | %.1f (first: %.1f) |

        Steps of the last push: %s.

        ## Many nodes on this one machine, warm, from `git push` to its summary

        | nodes | push | CPU seconds per node and push |
        |---|---|---|
        | %d | %s | %.3f |
        | %d | %s | %.3f |

        ## Memory, idle for 10 s after the pushes

        | process | resident | PSS | private dirty |
        |---|---|---|---|
        | server with %d agents | %s |
        | one of these agents | %s |
        | server with %d agents | %s |
        """,
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().feature(),
        one.restart().warm().median() / 1000,
        one.byHand().first() / 1000,
        one.byHand().warm().text(),
        one.pullcord().first() / 1000,
        one.pullcord().warm().text(),
        one.warmRatio(),
        one.firstRatio(),
        String.join(", ", one.steps()),
        three.nodes(),
        three.push().text(),
        three.cpuSecondsPerNode(),
        twenty.nodes(),
        twenty.push().text(),
        twenty.cpuSecondsPerNode(),
        three.nodes(),
        three.server().cells(),
        three.agent().cells(),
        twenty.nodes(),
        twenty.server().cells());
  }
}
