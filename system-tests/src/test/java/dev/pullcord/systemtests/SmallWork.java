package dev.pullcord.systemtests;

import java.util.Map;

/** The files of a small repository whose worker a test can make well, ill, slow or stubborn. */
public final class SmallWork {
  /** Search files change nothing but what is read; the worker is tasks/worker. */
  public static final String MANIFEST =
      """
      version: 1
      bundles:
        search-files: {paths: [search/], on-change: nothing}
        task-code: {paths: [tasks/, bin/]}
      check: [{run: [sh, bin/check, search/], timeout: 30s}]
      workers:
        grep:
          kind: process
          run: [sh, tasks/worker]
          health: {kind: command, run: [sh, bin/is-well], every: 20ms, times: 2, deadline: 60s}
      """;

  private SmallWork() {}

  /** A repository that works. */
  public static Map<String, String> good() {
    return Map.of(
        "pullcord.yaml", MANIFEST,
        "search/a.patterns", "ERROR\n",
        "tasks/worker", worker("1"),
        "bin/check", "! grep -rn '^BAD' \"$1\"\n",
        "bin/is-well", "test -e \"${PULLCORD_CURRENT%/current}/ready\"\n");
  }

  /** Another search file, which restarts nothing. */
  public static Map<String, String> search(String pattern) {
    return Map.of("search/a.patterns", pattern + "\n");
  }

  /** Another task code, which restarts the worker. */
  public static Map<String, String> task(String version) {
    return Map.of("tasks/worker", worker(version));
  }

  /** That manifest, for work that never becomes well: it is soon said so. */
  public static String impatient(String manifest) {
    return manifest.replace("deadline: 60s", "deadline: 5s");
  }

  /** Task code that never becomes well and says so. */
  public static Map<String, String> illTask(String lastWords) {
    return Map.of(
        "pullcord.yaml",
        impatient(MANIFEST),
        "tasks/worker",
        """
        # %s
        trap 'exit 0' TERM
        echo starting
        echo '%s' >&2
        sleep 60 & wait $!
        """
            .formatted(lastWords, lastWords),
        "bin/is-well",
        "tail -n 1 \"${PULLCORD_CURRENT%/current}/log\"; test -e /nonexistent\n");
  }

  /** A worker that does not end when it is asked to. */
  public static Map<String, String> stubbornTask() {
    return Map.of("tasks/worker", "trap '' TERM\n" + READY + NAP);
  }

  private static String worker(String version) {
    return "# version " + version + "\ntrap 'kill $napping; exit 0' TERM\n" + READY + NAP;
  }

  private static final String READY = ": >\"${PULLCORD_CURRENT%/current}/ready\"\n";
  private static final String NAP = "while :; do sleep 1 & napping=$!; wait $napping; done\n";
}
