package dev.pullcord.demo.fleet;

import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A work tree of the fleet's repository, used with the real git and without the settings of whoever
 * runs it. Its own configuration knows the server, so that {@code git push} works in it from any
 * terminal.
 */
public final class GitClone {
  private final Path directory;
  private final Map<String, String> environment;

  private GitClone(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  /** An empty work tree on {@code main} with the server as its {@code origin}. */
  static GitClone init(Path parent, String name, ServerAccess access) {
    Path directory = parent.resolve(name);
    GitClone clone = new GitClone(directory, access.isolated());
    clone.outside(parent, "init", "-q", "-b", "main", directory.toString());
    clone.git("remote", "add", "origin", access.repositoryUrl());
    access.addTo(directory.resolve(".git/config"));
    return clone;
  }

  /** A clone of what the server has. */
  static GitClone of(Path parent, String name, ServerAccess access) {
    Path directory = parent.resolve(name);
    GitClone clone = new GitClone(directory, access.isolatedWithAccess());
    clone.outside(parent, "clone", "-q", access.repositoryUrl(), directory.toString());
    access.addTo(directory.resolve(".git/config"));
    return clone;
  }

  /** Where it is. */
  public Path directory() {
    return directory;
  }

  /** Runs git here and returns what it said; its failure is an exception with its output. */
  public String git(String... arguments) {
    return ProgramCall.of(directory, environment, argv(arguments)).runOrFail().output();
  }

  /** Copies a tree of files into it, modes included. */
  public void copyFrom(Path source) {
    try (Stream<Path> paths = Files.walk(source)) {
      for (Path path : paths.toList()) {
        Path target = directory.resolve(source.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes files by path; what exists keeps its mode. */
  public void write(Map<String, String> files) {
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = directory.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The content of a file. */
  public String read(String path) {
    try {
      return Files.readString(directory.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Commits everything and returns the commit's id. */
  public String commit(String message) {
    git("add", "--all");
    git("commit", "-q", "--allow-empty", "-m", message);
    return head();
  }

  /** The id of the current commit. */
  public String head() {
    return git("rev-parse", "HEAD").strip();
  }

  /** Pushes the current branch, with these arguments to {@code git push}; lines as they come. */
  public PushResult push(Consumer<String> onLine, String... arguments) {
    List<String> argv = new ArrayList<>(argv("push"));
    argv.addAll(arguments.length == 0 ? List.of("origin", "HEAD") : List.of(arguments));
    ProgramCall.Result result = ProgramCall.of(directory, environment, argv).run(onLine);
    return new PushResult(head(), result.exit(), result.lines(), result.took());
  }

  private void outside(Path parent, String... arguments) {
    ProgramCall.of(parent, environment, argv(arguments)).runOrFail();
  }

  private static List<String> argv(String... arguments) {
    List<String> argv = new ArrayList<>(List.of("git"));
    argv.addAll(List.of(arguments));
    return argv;
  }
}
