package dev.pullcord.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * The work on which ways to deploy are compared: 200 search files of 2 KB and 20 task files, one of
 * them 5 MB; a commit changes one search file and one task file. The worker is a shell program that
 * needs 40 ms until it has written its ready file, and ends at once on TERM.
 */
final class CommonTask {
  private static final int SEARCH_FILES = 200;
  private static final int TASK_FILES = 20;
  private static final int SEARCH_BYTES = 2 << 10;
  private static final int LARGE_BYTES = 5 << 20;

  private CommonTask() {}

  /** The files of the first commit by path; those under bin/ and tasks/worker are programs. */
  static Map<String, byte[]> first() {
    Random random = new Random(42);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("pullcord.yaml", MANIFEST.getBytes(StandardCharsets.UTF_8));
    files.put("bin/check", CHECK.getBytes(StandardCharsets.UTF_8));
    files.put("bin/is-well", IS_WELL.getBytes(StandardCharsets.UTF_8));
    files.put("tasks/worker", WORKER.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < SEARCH_FILES; i++) {
      files.put("search/%03d.patterns".formatted(i), letters(random, SEARCH_BYTES));
    }
    for (int i = 0; i < TASK_FILES; i++) {
      int size = i == 0 ? LARGE_BYTES : SEARCH_BYTES;
      files.put("tasks/lib/%02d.sh".formatted(i), letters(random, size));
    }
    return files;
  }

  /** What commit number {@code n}, from 1, changes: one search file and one small task file. */
  static Map<String, byte[]> change(int n) {
    Random random = new Random(1000L + n);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("search/%03d.patterns".formatted(n % SEARCH_FILES), letters(random, SEARCH_BYTES));
    files.put(
        "tasks/lib/%02d.sh".formatted(1 + n % (TASK_FILES - 1)), letters(random, SEARCH_BYTES));
    return files;
  }

  private static byte[] letters(Random random, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i % 64 == 63 ? '\n' : 'a' + random.nextInt(26));
    }
    return bytes;
  }

  private static final String MANIFEST =
      """
      version: 1
      bundles:
        search-files: {paths: [search/], on-change: nothing}
        task-code: {paths: [tasks/, bin/]}
      check: [{run: [bin/check, search/], timeout: 30s}]
      workers:
        grep:
          kind: process
          run: [tasks/worker]
          health: {kind: command, run: [bin/is-well], every: 20ms, times: 2, deadline: 30s}
      """;

  private static final String CHECK =
      """
      #!/bin/sh
      test -d "$1"
      """;

  private static final String IS_WELL =
      """
      #!/bin/sh
      test -e "${PULLCORD_CURRENT%/current}/ready"
      """;

  private static final String WORKER =
      """
      #!/bin/sh
      # Ready after what an interpreter takes to start; ends at once.
      trap 'kill $napping 2>/dev/null; exit 0' TERM
      sleep 0.04
      : >"${READY:-${PULLCORD_CURRENT%/current}/ready}"
      while :; do
        sleep 3600 &
        napping=$!
        wait $napping
      done
      """;
}
