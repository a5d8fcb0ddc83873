package dev.pullcord.agent.host.command;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the program of an argument list: in the release first, then on PATH. Never a shell. */
public final class Programs {
  private static final String PATH = "PATH";

  private Programs() {}

  /**
   * The argument list with the program as an absolute path; empty when there is no such program.
   *
   * @param run as in the manifest
   * @param release the directory that is looked in first
   * @param environment whose PATH counts
   */
  public static Optional<List<String>> resolve(
      List<String> run, Path release, Map<String, String> environment) {
    String program = run.getFirst();
    return find(program, release, environment)
        .map(path -> {
          List<String> resolved = new ArrayList<>(run);
          resolved.set(0, path.toString());
          return List.copyOf(resolved);
        });
  }

  private static Optional<Path> find(
      String program, Path release, Map<String, String> environment) {
    try {
      Path inRelease = release.resolve(program);
      if (usable(inRelease)) {
        return Optional.of(inRelease);
      }
      return program.contains("/") ? Optional.empty() : onPath(program, environment);
    } catch (InvalidPathException e) {
      return Optional.empty(); // no file has such a name in this locale
    }
  }

  /** A program of that name on the environment's PATH; empty when there is none. */
  public static Optional<Path> onPath(String program, Map<String, String> environment) {
    for (String directory : environment.getOrDefault(PATH, "").split(":")) {
      Path candidate = Path.of(directory.isEmpty() ? "." : directory).resolve(program);
      if (candidate.isAbsolute() && usable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static boolean usable(Path program) {
    return Files.isRegularFile(program) && Files.isExecutable(program);
  }
}
