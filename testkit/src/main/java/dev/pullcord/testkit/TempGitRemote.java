package dev.pullcord.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A bare repository and a clone that pushes to it, made with the real git and without the settings
 * of whoever runs the test. Lives in a directory that the test owns and deletes.
 */
public final class TempGitRemote {
  private static final int LIMIT_SECONDS = 90;

  private final Path home;
  private final Path bare;
  private final Path clone;

  private TempGitRemote(Path home) {
    this.home = home;
    this.bare = home.resolve("remote.git");
    this.clone = home.resolve("clone");
  }

  /** An empty remote whose HEAD is {@code main}, below this directory. */
  public static TempGitRemote create(Path directory) {
    TempGitRemote remote = new TempGitRemote(directory);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    remote.run(directory, "init", "-q", "--bare", "-b", "main", remote.bare.toString());
    remote.run(directory, "init", "-q", "-b", "main", remote.clone.toString());
    remote.git("remote", "add", "origin", remote.bare.toString());
    return remote;
  }

  /**
   * Makes another repository beside the bare one, with SHA-256 ids.
   *
   * @param filled whether it has a commit on {@code main}
   * @return its folder's name
   */
  public String sha256(boolean filled) {
    String name = filled ? "sha256.git" : "sha256-empty.git";
    String format = "--object-format=sha256";
    run(home, "init", "-q", "--bare", format, "-b", "main", name);
    if (filled) {
      Path work = home.resolve("work256");
      run(home, "init", "-q", format, work.toString());
      run(work, "commit", "-q", "--allow-empty", "-m", "one");
      run(work, "push", "-q", home.resolve(name).toString(), "HEAD:refs/heads/main");
    }
    return name;
  }

  /** Where to fetch from: a {@code file://} address. */
  public String url() {
    return "file://" + bare;
  }

  /** The bare repository. */
  public Path bare() {
    return bare;
  }

  /** The clone's work tree; write into it what {@link #commit(Map, String)} cannot. */
  public Path workTree() {
    return clone;
  }

  /** Writes the files, commits everything in the work tree, and returns the commit's id. */
  public String commit(Map<String, String> files, String message) {
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = clone.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    git("add", "--all");
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD").strip();
  }

  /** Pushes the current commit to this branch. */
  public void push(String branch) {
    git("push", "-q", "origin", "HEAD:refs/heads/" + branch);
  }

  /** {@link #commit(Map, String)} and {@link #push(String)} to {@code main}. */
  public String push(Map<String, String> files, String message) {
    String commit = commit(files, message);
    push("main");
    return commit;
  }

  /**
   * Runs git in the clone and returns what it said.
   *
   * @throws AssertionError when it fails, with its output
   */
  public String git(String... arguments) {
    return run(clone, arguments);
  }

  private String run(Path directory, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME", home.toString(),
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_TERMINAL_PROMPT", "0",
                "GIT_AUTHOR_NAME", "Ada",
                "GIT_AUTHOR_EMAIL", "ada@example.org",
                "GIT_COMMITTER_NAME", "Ada",
                "GIT_COMMITTER_EMAIL", "ada@example.org"));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " did not end within " + LIMIT_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        throw new AssertionError(command + " exited " + process.exitValue() + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in " + command, e);
    }
  }
}
