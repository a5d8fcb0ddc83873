package dev.pullcord.protocol.manifest.read.kind;

import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The manifest of one worker, whose keys a test writes. */
final class WorkerText {
  private WorkerText() {}

  private static ManifestResult parse(String keys) {
    String manifest =
        "version: 1\nbundles: {code: {paths: [tasks/]}}\nworkers:\n  grep: {%s}\n".formatted(keys);
    return ManifestParser.parse(manifest.getBytes(StandardCharsets.UTF_8));
  }

  /** The worker, which has to be well-formed. */
  static WorkerSpec read(String keys) {
    return switch (parse(keys)) {
      case ManifestResult.Valid valid ->
          Objects.requireNonNull(valid.manifest().workers().get("grep"));
      case ManifestResult.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  /** {@code path: message} of everything that is wrong with it; empty for nothing. */
  static List<String> problems(String keys) {
    return switch (parse(keys)) {
      case ManifestResult.Valid _ -> List.of();
      case ManifestResult.Invalid invalid ->
          invalid.problems().stream().map(p -> p.path() + ": " + p.message()).toList();
    };
  }
}
