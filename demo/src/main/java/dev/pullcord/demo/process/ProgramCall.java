package dev.pullcord.demo.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A program that is run to its end. Both streams are read as one, line by line as they come; a
 * program that does not end within the limit is killed and that is an {@link
 * IllegalStateException}.
 *
 * @param argv program and arguments
 * @param directory where it runs
 * @param environment added to ours, of which git's variables are left out: they would win over a
 *     clone's configuration
 * @param input what it reads on standard input
 * @param limit how long it may take
 */
public record ProgramCall(
    List<String> argv,
    Path directory,
    Map<String, String> environment,
    String input,
    Duration limit) {
  private static final Duration USUAL_LIMIT = Duration.ofSeconds(150);

  /** Copies. */
  public ProgramCall {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /** A program that reads nothing and takes no longer than a push may. */
  public static ProgramCall of(Path directory, Map<String, String> environment, List<String> argv) {
    return new ProgramCall(argv, directory, environment, "", USUAL_LIMIT);
  }

  /** The same with something to read. */
  public ProgramCall withInput(String text) {
    return new ProgramCall(argv, directory, environment, text, limit);
  }

  /**
   * How it ended.
   *
   * @param exit its exit code
   * @param lines what it said, without the ends of lines
   * @param took from start to end
   */
  public record Result(int exit, List<String> lines, Duration took) {
    /** Copies. */
    public Result {
      lines = List.copyOf(lines);
    }

    /** What it said, as one text. */
    public String output() {
      return String.join("\n", lines);
    }
  }

  /** Runs it. */
  public Result run() {
    return run(_ -> {});
  }

  /** Runs it and passes each line on as it comes. */
  public Result run(Consumer<String> onLine) {
    long began = System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder(argv).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      Thread watchdog = Thread.ofVirtual().start(() -> killAtLimit(process));
      try {
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        List<String> lines = read(process, onLine);
        int exit = process.waitFor();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (took.compareTo(limit) > 0) {
          throw new IllegalStateException(argv.getFirst() + " did not end within " + limit);
        }
        return new Result(exit, lines, took);
      } finally {
        watchdog.interrupt();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + argv.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + argv.getFirst(), e);
    }
  }

  /** Runs it and returns what it said; another exit code than 0 is an exception with the output. */
  public Result runOrFail() {
    Result result = run();
    if (result.exit() != 0) {
      throw new IllegalStateException(
          String.join(" ", argv) + " exited " + result.exit() + ":\n" + result.output());
    }
    return result;
  }

  private static List<String> read(Process process, Consumer<String> onLine) throws IOException {
    List<String> lines = new ArrayList<>();
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
      onLine.accept(line);
    }
    return lines;
  }

  private void killAtLimit(Process process) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it ended in time
    }
  }
}
