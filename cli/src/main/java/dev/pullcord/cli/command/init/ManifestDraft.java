package dev.pullcord.cli.command.init;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.read.Limits;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text of a first manifest, with a comment wherever its owner has to decide. */
final class ManifestDraft {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./][A-Za-z0-9_./-]*");

  private static final int LEFT_SHOWN = 12;

  private ManifestDraft() {}

  static String of(RepositoryContents contents) {
    return Stream.of(
            """
            # What Pullcord deploys from this repository, and what runs there.
            # All keys: /usr/share/doc/pullcord/docs/reference/manifest.md, where pullcord is
            # installed. What a push would do: pullcord plan.
            version: 1
            """,
            bundles(contents),
            python(contents),
            checks(contents),
            workers(contents),
            """

            # Deploy to one node first, and to the rest once it has run well for a while:
            # rollout: {strategy: canary, canary: {nodes: 1, hold: 5m}}
            """)
        .collect(Collectors.joining());
  }

  private static String bundles(RepositoryContents contents) {
    StringBuilder text =
        new StringBuilder(
            "\n# Files by what their change does. New search files leave workers running.\n");
    text.append("bundles:\n");
    bundle(text, "search-files", contents.data(), ", on-change: nothing");
    List<String> code =
        Stream.of(contents.code(), contents.modules(), contents.requirements().stream().toList())
            .flatMap(List::stream)
            .distinct()
            .filter(path ->
                contents.code().stream().noneMatch(d -> path.startsWith(d) && !path.equals(d)))
            .toList();
    bundle(text, "task-code", code, "");
    contents
        .cut()
        .forEach(directory ->
            text.append("# ").append(RepositoryContents.cutShort(directory)).append('\n'));
    if (!contents.left().isEmpty()) {
      text.append("# Not deployed: ")
          .append(
              contents.left().stream()
                  .limit(LEFT_SHOWN)
                  .map(ManifestDraft::shown)
                  .collect(Collectors.joining(", ")));
      text.append(contents.left().size() > LEFT_SHOWN ? ", …\n" : "\n");
    }
    return text.toString();
  }

  /** One bundle, or several where one may not have so many paths. */
  private static void bundle(StringBuilder text, String name, List<String> paths, String more) {
    for (int from = 0, n = 1; from < paths.size(); from += Limits.ENTRIES, n++) {
      List<String> some = paths.subList(from, Math.min(paths.size(), from + Limits.ENTRIES));
      text.append("  ").append(n == 1 ? name : name + "-" + n);
      text.append(": {paths: ").append(list(some)).append(more).append("}\n");
    }
  }

  private static String python(RepositoryContents contents) {
    return contents
        .requirements()
        .map(file ->
            "\n# A Python environment for each version of this file, built before it is needed.\n"
                + "python: {venv: "
                + quoted(file)
                + contents.wheels().map(w -> ", wheels: " + quoted(w)).orElse("")
                + "}\n")
        .orElse("");
  }

  private static String checks(RepositoryContents contents) {
    String head = "\n# Each must end with 0 before a node switches to a commit.\n";
    if (contents.checks().isEmpty()) {
      return head + "# check: [{run: [bin/check], timeout: 30s}]\n";
    }
    return head
        + "check:\n"
        + contents.checks().stream()
            .limit(Limits.ENTRIES)
            .map(c -> "  - {run: [" + quoted(c) + "], timeout: 30s}\n")
            .collect(Collectors.joining())
        + omitted(contents.checks(), "checks");
  }

  private static String workers(RepositoryContents contents) {
    if (contents.apps().isEmpty()) {
      return """

      # No Celery application was found. A program that runs for long is a worker:
      # workers:
      #   grep: {kind: process, run: [bin/worker]}
      """;
    }
    StringBuilder text =
        new StringBuilder(
            "\n# A new worker starts beside the old one, which ends when its tasks are done.\n"
                + "workers:\n");
    Set<String> names = new HashSet<>();
    for (CeleryApp app : contents.apps().stream().limit(Limits.ENTRIES).toList()) {
      String name = app.worker();
      for (int n = 2; !names.add(name); n++) {
        name = app.worker() + "-" + n;
      }
      text.append("  ").append(name).append(":\n");
      text.append("    kind: celery\n");
      text.append("    app: ").append(quoted(app.module())).append('\n');
      if (!app.root().isEmpty()) {
        text.append("    env: {PYTHONPATH: ").append(app.root(), 0, app.root().length() - 1);
        text.append("}\n");
      }
      text.append("    # queues: [celery]\n");
      text.append("    # args: [--concurrency=4, --loglevel=INFO]\n");
      text.append("    # Secrets stay on the node; agent.yaml allows the file:\n");
      text.append("    # env-file: /etc/pullcord/env/").append(name).append(".env\n");
    }
    return text.append(omitted(contents.apps(), "applications")).toString();
  }

  private static String omitted(List<?> found, String what) {
    return found.size() <= Limits.ENTRIES
        ? ""
        : "# Left out: %d more %s; a manifest has at most %d.\n"
            .formatted(found.size() - Limits.ENTRIES, what, Limits.ENTRIES);
  }

  /** For a comment: in quotes and with escapes where it could end the line or be misread. */
  private static String shown(String name) {
    return PLAIN.matcher(name).matches() ? name : Quoted.of(name);
  }

  private static String list(List<String> paths) {
    return paths.stream().map(ManifestDraft::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /** As it is, or in double quotes, where YAML might read something else into it. */
  private static String quoted(String text) {
    return PLAIN.matcher(text).matches()
        ? text
        : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
