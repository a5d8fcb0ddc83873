package dev.pullcord.systemtests.celery;

import dev.pullcord.testkit.broker.TaskLoad;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A repository whose worker is a real Celery one, in versions that can be told apart. */
record CeleryWork(String broker, Path ledger) {
  private static final String MANIFEST =
      """
      version: 1
      bundles:
        search-files: {paths: [search/], on-change: nothing}
        task-code: {paths: [tasks/, bin/]}
      check: [{run: [sh, bin/check, search/], timeout: 30s}]
      workers:
        grep:
          kind: celery
          app: tasks.app
          queues: [grep]
          args: [--concurrency=2, --loglevel=INFO]
          env: {BROKER: "%s", LEDGER: "%s"}
          canary: {task: tasks.app.canary, timeout: 60s}
          drain: {max-generations: 8, when-full: wait}
      """;

  /** All files. */
  Map<String, String> version(String code, String patterns) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("pullcord.yaml", MANIFEST.formatted(broker, ledger));
    files.put("bin/check", "! grep -rn '^BAD' \"$1\"\n");
    files.putAll(patterns(patterns));
    files.putAll(code(code));
    return files;
  }

  /** The search files alone: what a search-only commit changes. */
  Map<String, String> patterns(String patterns) {
    return Map.of("search/patterns", patterns + "\n");
  }

  /** The task code alone. */
  Map<String, String> code(String version) {
    return TaskLoad.application(version, "");
  }

  /** How commits reach the nodes from now on. */
  Map<String, String> rollout(String how) {
    String manifest = MANIFEST.formatted(broker, ledger) + "rollout: {" + how + "}\n";
    return Map.of("pullcord.yaml", manifest);
  }

  /** Code that ends while it is imported. */
  Map<String, String> brokenImport(String version) {
    Map<String, String> files = new LinkedHashMap<>(code(version));
    files.put("tasks/app.py", "import no_such_module\n" + files.get("tasks/app.py"));
    return files;
  }

  /** Code that only a task finds to be broken. */
  Map<String, String> brokenLateImport(String version) {
    Map<String, String> files = new LinkedHashMap<>(code(version));
    files.put("tasks/late.py", "import no_such_module\n");
    return files;
  }

  static String resource(String name) {
    try (InputStream in = CeleryWork.class.getResourceAsStream("/celery/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource celery/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
