package dev.pullcord.agent.worker.kind.celery;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which Python a Celery worker runs in: the first {@code python3} on the worker's PATH that can
 * import celery. The first one on PATH is often another one than that of the distribution. A
 * manifest's venv is the only one that counts.
 */
final class Pythons {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int KNOWN_MAX = 64;

  private final CommandRunner runner;
  private final Map<Asked, Path> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Asked, Path> eldest) {
          return size() > KNOWN_MAX;
        }
      };

  /**
   * All that decides which Python can import celery: a release may have modules of its own.
   *
   * @param variables PATH, and those that Python itself reads
   */
  private record Asked(Path release, @Nullable Path venv, Map<String, String> variables) {
    static Asked of(Surroundings where, Map<String, String> environment) {
      Map<String, String> variables = new TreeMap<>(environment);
      variables.keySet().removeIf(name -> !name.equals("PATH") && !name.startsWith("PYTHON"));
      return new Asked(where.release(), where.venv(), variables);
    }
  }

  Pythons(CommandRunner runner) {
    this.runner = runner;
  }

  /** Which one it is. */
  sealed interface Choice {
    /** This one. */
    record Found(Path python) implements Choice {}

    /** Each that there is was asked, and none can. */
    record None() implements Choice {}

    /** None is known to; why one of them did not answer, which says nothing of the release. */
    record Untold(String why) implements Choice {}
  }

  Choice find(Surroundings where, Map<String, String> environment) {
    String path = environment.getOrDefault("PATH", "");
    Asked asked = Asked.of(where, environment);
    Path before = known.get(asked);
    if (before != null && Files.isExecutable(before)) {
      return new Choice.Found(before);
    }
    String untold = "";
    for (Path candidate : candidates(where, path)) {
      CommandResult result =
          runner.run(
              Command.in(
                  where,
                  List.of(candidate.toString(), "-c", "import celery"),
                  environment,
                  TIMEOUT),
              () -> false);
      if (result.succeeded()) {
        if (untold.isEmpty()) {
          known.put(asked, candidate);
        }
        return new Choice.Found(candidate);
      }
      boolean answered = result.end() == CommandResult.End.EXITED && !result.killed();
      if (!answered && untold.isEmpty()) {
        untold = candidate + " " + why(result);
      }
    }
    return untold.isEmpty() ? new Choice.None() : new Choice.Untold(untold);
  }

  private static String why(CommandResult result) {
    if (result.killed()) {
      return "was killed while it imported celery: exit code " + result.exitCode();
    }
    return result.end() == CommandResult.End.TIMED_OUT
        ? "did not import celery within " + TIMEOUT.toSeconds() + " s; is the host busy?"
        : "could not be asked to import celery: " + StepResult.lastLine(result.output());
  }

  /** Every python3 on a PATH, in its order; where there is a venv that one alone. */
  static Set<Path> candidates(Surroundings where, String path) {
    if (where.venv() != null) {
      return Set.of(where.venv().resolve("bin/python3"));
    }
    Set<Path> candidates = new LinkedHashSet<>();
    for (String directory : path.split(":")) {
      Path candidate = Path.of(directory).resolve("python3");
      if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
        candidates.add(candidate);
      }
    }
    return candidates;
  }
}
