package dev.pullcord.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The other arm: a shell script that fetches, checks out, syncs and restarts, started the moment
 * the branch has moved, over a {@code file://} remote, so that it pays for neither network nor
 * poll.
 */
final class ByHand implements AutoCloseable {
  private final Path script;
  private final Path clone;
  private final Path state;

  /** Clones the remote into {@code directory}. */
  ByHand(Path directory, Path remote) throws IOException, InterruptedException {
    script = directory.resolve("by-hand.sh");
    clone = directory.resolve("clone");
    state = Files.createDirectories(directory.resolve("state"));
    try (InputStream in = ByHand.class.getResourceAsStream("by-hand.sh")) {
      if (in == null) {
        throw new IllegalStateException("by-hand.sh is not on the class path");
      }
      Files.write(script, in.readAllBytes());
    }
    run(List.of("git", "clone", "--quiet", "file://" + remote, clone.toString()));
  }

  /**
   * How long a deployment took, in milliseconds.
   *
   * @param total until the worker was ready
   * @param restart the part of it from the end of the old worker on
   */
  record Took(double total, double restart) {}

  /** Deploys the head of main. */
  Took deploy() throws IOException, InterruptedException {
    String out = run(List.of("sh", script.toString(), clone.toString(), state.toString()));
    String[] micros = out.lines().toList().getLast().split(" ", 2); // git may warn before
    return new Took(Long.parseLong(micros[0]) / 1000.0, Long.parseLong(micros[1]) / 1000.0);
  }

  /** Ends the worker. */
  @Override
  public void close() throws IOException {
    Path pid = state.resolve("pid");
    if (Files.exists(pid)) {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .ifPresent(ProcessHandle::destroy);
    }
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException(command + " failed: " + out);
    }
    return out;
  }
}
