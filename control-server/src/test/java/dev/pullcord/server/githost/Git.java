package dev.pullcord.server.githost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real git, in one directory, cut off from the configuration of whoever runs the tests. */
public final class Git {
  private static final int SECONDS_MAX = 60;

  private final Path directory;

  public Git(Path directory) {
    this.directory = directory;
  }

  /**
   * What a command said.
   *
   * @param exit its exit code
   * @param output both streams
   */
  public record Result(int exit, String output) {
    /** What the server said, without git's prefix. */
    public List<String> remote() {
      return output
          .lines()
          .filter(l -> l.startsWith("remote: "))
          .map(l -> l.substring("remote: ".length()).stripTrailing())
          .toList();
    }
  }

  public Path directory() {
    return directory;
  }

  /** Starts a command. */
  public Process start(Path log, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-c", "http.sslVerify=false"));
    command.addAll(List.of("-c", "user.name=Alice", "-c", "user.email=alice@example.org"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().put("LC_ALL", "C");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command to its end. */
  public Result run(String... arguments) throws IOException, InterruptedException {
    Path log = Files.createTempFile("git", ".log");
    Process process = start(log, arguments);
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          String.join(" ", arguments) + " did not end: " + Files.readString(log));
    }
    Result result = new Result(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    Files.delete(log);
    return result;
  }

  /** Runs a command that has to work. */
  public String ok(String... arguments) throws IOException, InterruptedException {
    Result result = run(arguments);
    if (result.exit() != 0) {
      throw new IllegalStateException(String.join(" ", arguments) + ": " + result.output());
    }
    return result.output().strip();
  }

  /** Writes a file and commits everything. */
  public String commit(String path, String content) throws IOException, InterruptedException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    ok("add", "-A");
    ok("commit", "-q", "-m", "Change " + path);
    return ok("rev-parse", "HEAD");
  }
}
