package dev.pullcord.agent.stage;

import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.host.command.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks this node's Python which one it is. One that does not answer counts as what it was before:
 * another answer would be another environment, and restart every worker that has one.
 */
final class PythonFingerprints {
  private static final Logger LOG = LoggerFactory.getLogger(PythonFingerprints.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String PROBE =
      "import sys, sysconfig; print(sys.version, sysconfig.get_platform(), sys.base_prefix)";

  private final Path directory;
  private final CommandRunner runner;
  private final Map<Path, String> known = new HashMap<>();

  PythonFingerprints(Path directory, CommandRunner runner) {
    this.directory = directory;
    this.runner = runner;
  }

  static Optional<Path> python() {
    return Programs.onPath("python3", Surroundings.environment());
  }

  /** Why it has never said so to this agent; empty where it has, or there is none to ask. */
  Optional<String> problem() {
    return python().filter(python -> !known.containsKey(python)).flatMap(this::ask);
  }

  /** What it says of itself, or has said last. */
  String fingerprint() {
    Optional<Path> python = python();
    if (python.isEmpty()) {
      return "no python3";
    }
    Optional<String> problem = ask(python.get());
    String said = known.get(python.get());
    if (said == null) {
      String why = problem.orElse("");
      throw new UncheckedIOException(why, new IOException(why));
    }
    problem.ifPresent(why -> LOG.warn("{}; it counts as what it was before", why));
    return said;
  }

  /** What went wrong, if it did. */
  private Optional<String> ask(Path python) {
    CommandResult result =
        runner.run(
            new Command(
                List.of(python.toString(), "-c", PROBE),
                directory,
                Surroundings.environment(),
                TIMEOUT),
            () -> false);
    if (result.succeeded()) {
      known.put(python, result.output());
      return Optional.empty();
    }
    String how = Venvs.how(result, TIMEOUT.toSeconds() + " s");
    return Optional.of("venv: %s does not say which Python it is: %s".formatted(python, how));
  }
}
