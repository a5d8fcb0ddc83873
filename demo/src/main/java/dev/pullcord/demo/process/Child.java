package dev.pullcord.demo.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A daemon that we started: its output goes to a file, and it ends when we say so. It has a session
 * of its own, so that a Ctrl-C reaches us alone and we end the daemons in order.
 */
public final class Child {
  private final Process process;
  private final Path log;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts it; what it says is appended to the log. */
  public static Child start(
      List<String> argv, Path directory, Map<String, String> environment, Path log) {
    List<String> inOwnSession = new ArrayList<>(List.of("setsid"));
    inOwnSession.addAll(argv);
    ProcessBuilder builder =
        new ProcessBuilder(inOwnSession)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new Child(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + argv.getFirst(), e);
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Asks it to end, and kills it when it has not within that time; returns its exit code. */
  public int stop(Duration patience) {
    process.destroy();
    if (!ended(patience)) {
      return kill();
    }
    return process.exitValue();
  }

  /** Ends it as a power cut does: SIGKILL, and waits until it is gone. */
  public int kill() {
    process.destroyForcibly();
    if (!ended(Duration.ofSeconds(60))) {
      throw new IllegalStateException("process " + pid() + " outlived SIGKILL by 60 s");
    }
    return process.exitValue();
  }

  /** Its exit code, once it has ended. */
  public int exit() {
    return process.exitValue();
  }

  /** Waits for its end. */
  public boolean ended(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  /** The end of what it said, for the message that it failed. */
  public String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }
}
