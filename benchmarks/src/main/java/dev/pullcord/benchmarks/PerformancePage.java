package dev.pullcord.benchmarks;

import java.util.Locale;

/**
 * Writes the part of {@code docs/reference/performance.md} that {@code ./pullcord bench} measures.
 *
 * @param one a deployment on one node, in turns with the script
 * @param three pushes to three nodes
 * @param twenty pushes to twenty nodes
 */
record PerformancePage(
    DeployBenchmark.Figures one, FleetBenchmark.Figures three, FleetBenchmark.Figures twenty) {
  private static final String WORK =
      """
      # Performance

      This page says how long a deployment takes and how much memory the programs use.
      `./pullcord bench` writes this part of it; the commands for the other parts stand there. The
      machine had %d cores and Java %s. Each time is a median, with the range in brackets.

      **The work.** A release has 200 search files of 2 KB and 20 task files, one of them of 5 MB. A
      commit changes one file of each sort. `check` is on. Health is asked every 20 ms and has to
      pass twice.

      **The script** beside it fetches, checks out, syncs and restarts the same worker on the same
      commits. Both take turns in the same run. The script has an easier task: it learns of a commit
      at once, over `file://`, and does not ask for health. The worker's restart alone takes %.3f s,
      the time in which an interpreter starts.
      """;

  private static final String ONE_NODE =
      """

      ## One node

      The time runs from the move of the ref on the server until the worker is ready.

      | way | first push after a start | the ten after it | compared with the script |
      |---|---|---|---|
      | the script | %.3f s | %s | 1 |
      | Pullcord | %.3f s | %s | %.1f (first: %.1f) |

      Steps of the last push: %s.
      """;

  private static final String MANY_NODES =
      """

      ## Many nodes on this one machine

      The time runs from `git push` until the push prints its summary. The programs are warm.

      | nodes | push | CPU seconds per node and push |
      |---|---|---|
      | %d | %s | %.3f |
      | %d | %s | %.3f |
      """;

  private static final String MEMORY =
      """

      ## Memory

      The programs have been idle for 10 s after the pushes.

      | process | resident | PSS | private dirty |
      |---|---|---|---|
      | server with %d agents | %s |
      | one of these agents | %s |
      | server with %d agents | %s |
      """;

  String text() {
    return work() + oneNode() + manyNodes() + memory();
  }

  private String work() {
    return format(
        WORK,
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().feature(),
        one.restart().warm().median() / 1000);
  }

  private String oneNode() {
    return format(
        ONE_NODE,
        one.byHand().first() / 1000,
        one.byHand().warm().text(),
        one.pullcord().first() / 1000,
        one.pullcord().warm().text(),
        one.warmRatio(),
        one.firstRatio(),
        String.join(", ", one.steps()));
  }

  private String manyNodes() {
    return format(
        MANY_NODES,
        three.nodes(),
        three.push().text(),
        three.cpuSecondsPerNode(),
        twenty.nodes(),
        twenty.push().text(),
        twenty.cpuSecondsPerNode());
  }

  private String memory() {
    return format(
        MEMORY,
        three.nodes(),
        three.server().cells(),
        three.agent().cells(),
        twenty.nodes(),
        twenty.server().cells());
  }

  private static String format(String template, Object... figures) {
    return String.format(Locale.ROOT, template, figures);
  }
}
