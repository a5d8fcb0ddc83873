package dev.pullcord.agent.host;

import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a command to its end, its time limit, or until nobody wants it any more; then the process
 * and all its descendants are killed. Output goes to a file in {@code tmp/}: a grandchild that
 * keeps it open can neither block us nor be blocked.
 */
public final class CommandRunner {
  private static final Logger LOG = LoggerFactory.getLogger(CommandRunner.class);
  private static final long OUTPUT_MAX_BYTES = 64L << 20;
  private static final long LOOK_EVERY_MILLIS = 20;

  private final Path temporary;
  private final HostClock clock;
  private final Masks masks;
  private volatile @Nullable Path underWay;

  /** A runner for commands that know no secret. */
  public CommandRunner(Path temporary, HostClock clock) {
    this(temporary, clock, new Masks());
  }

  /**
   * A runner.
   *
   * @param temporary where output is kept while a command runs
   * @param clock measures time limits
   * @param masks what is taken out of every output
   */
  public CommandRunner(Path temporary, HostClock clock, Masks masks) {
    this.temporary = temporary;
    this.clock = clock;
    this.masks = masks;
  }

  /** Runs it; {@code cancelled} is asked every 20 ms. */
  public CommandResult run(Command command, BooleanSupplier cancelled) {
    long began = clock.nanos();
    Path output;
    try {
      output = Files.createTempFile(temporary, "output-", "");
    } catch (IOException e) {
      return notStarted(e, began);
    }
    underWay = output;
    try {
      Process process = start(command, output);
      CommandResult.End end = await(process, command.timeout(), output, cancelled);
      Integer exit = end == CommandResult.End.EXITED ? process.exitValue() : null;
      return new CommandResult(
          end, exit, tail(output, StepRecord.OUTPUT_LIMIT_BYTES), millisSince(began));
    } catch (IOException e) {
      return notStarted(e, began);
    } finally {
      underWay = null;
      discard(output);
    }
  }

  /** The last of what the command that runs now has written; for another thread than its own. */
  public String outputSoFar(int bytesMax) {
    Path output = underWay;
    try {
      return output == null ? "" : tail(output, bytesMax);
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }

  private static Process start(Command command, Path output) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command.run())
            .directory(command.directory().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    return builder.start();
  }

  private CommandResult.End await(
      Process process, Duration timeout, Path output, BooleanSupplier cancelled)
      throws IOException {
    long end = clock.nanos() + timeout.toNanos();
    while (true) {
      if (exited(process)) {
        return CommandResult.End.EXITED;
      }
      CommandResult.End reason = null;
      if (cancelled.getAsBoolean()) {
        reason = CommandResult.End.CANCELLED;
      } else if (clock.nanos() - end >= 0) {
        reason = CommandResult.End.TIMED_OUT;
      } else if (Files.size(output) > OUTPUT_MAX_BYTES) {
        reason = CommandResult.End.TOO_MUCH_OUTPUT;
      }
      if (reason != null) {
        killTree(process);
        return reason;
      }
    }
  }

  private static boolean exited(Process process) {
    try {
      return process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // The loop's thread is never interrupted to stop it; whoever does so anyway ends the command.
      killTree(process);
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  private static void killTree(Process process) {
    // Children may appear while we look: the parent goes first, then whatever is left, twice.
    List<ProcessHandle> descendants = list(process.descendants());
    process.destroyForcibly();
    for (int round = 0; round < 2; round++) {
      for (ProcessHandle handle : descendants) {
        list(handle.descendants()).forEach(ProcessHandle::destroyForcibly);
        handle.destroyForcibly();
      }
    }
    boolean interrupted = false;
    try {
      process.waitFor(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<ProcessHandle> list(Stream<ProcessHandle> handles) {
    return handles.toList();
  }

  private String tail(Path output, int bytesMax) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
      long from = Math.max(0, file.length() - bytesMax - masks.longest());
      byte[] bytes = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      return masks.tail(bytes, from > 0);
    }
  }

  private CommandResult notStarted(IOException e, long began) {
    return new CommandResult(
        CommandResult.End.NOT_STARTED, null, String.valueOf(e.getMessage()), millisSince(began));
  }

  private long millisSince(long began) {
    return (clock.nanos() - began) / 1_000_000;
  }

  private static void discard(Path output) {
    try {
      Files.deleteIfExists(output);
    } catch (IOException e) {
      LOG.debug("{} stays in tmp/ until the next start of the agent", output, e);
    }
  }
}
