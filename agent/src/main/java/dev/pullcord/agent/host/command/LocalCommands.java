package dev.pullcord.agent.host.command;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands as the user of this very process. Runs a command to its end, its time limit, or
 * until nobody wants it any more. Then nothing of it lives, whatever it started and wherever that
 * has gone, see {@link CommandGroup}; but what a command that ends by itself {@link
 * Command#mayLeave may leave}. Output goes to a file in {@code tmp/}: a grandchild that keeps it
 * open can neither block us nor be blocked.
 */
public final class LocalCommands implements CommandRunner {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCommands.class);
  private static final long OUTPUT_MAX_BYTES = 64L << 20;
  private static final long LOOK_EVERY_MILLIS = 20;
  private static final int NOT_EXECUTED = 126;
  private static final int NOT_FOUND = 127;

  private final Path temporary;
  private final HostClock clock;
  private final Masks masks;
  private volatile @Nullable Path underWay;

  /** A runner for commands that know no secret. */
  public LocalCommands(Path temporary, HostClock clock) {
    this(temporary, clock, new Masks());
  }

  /**
   * A runner.
   *
   * @param temporary where output is kept while a command runs
   * @param clock measures time limits
   * @param masks what is taken out of every output
   */
  public LocalCommands(Path temporary, HostClock clock, Masks masks) {
    this.temporary = temporary;
    this.clock = clock;
    this.masks = masks;
  }

  /** Kills what commands of an agent before this one still run in one of these releases. */
  public static void killLeft(Path releases) {
    CommandGroup.killLeft(releases);
  }

  @Override
  public CommandResult run(Command command, BooleanSupplier cancelled) {
    return run(command, cancelled, StepRecord.OUTPUT_LIMIT_BYTES);
  }

  /** The same, with that much of the end of its output. */
  public CommandResult run(Command command, BooleanSupplier cancelled, int outputBytes) {
    return run(command, cancelled, outputBytes, null);
  }

  @Override
  public CommandResult follow(Command command, BooleanSupplier cancelled, Listener listener) {
    return run(command, cancelled, 0, listener);
  }

  private CommandResult run(
      Command command, BooleanSupplier cancelled, int outputBytes, @Nullable Listener listener) {
    long began = clock.nanos();
    Path output;
    try {
      output = Files.createTempFile(temporary, "output-", "");
    } catch (IOException e) {
      return notStarted(e, began);
    }
    if (listener == null) {
      underWay = output;
    }
    try (WrittenOutput written = new WrittenOutput(output, listener)) {
      CommandGroup group = new CommandGroup(output, command.mayLeave());
      Process process = start(command, output, group);
      CommandResult.End end =
          await(process, group, command.timeout(), output, written.lookedAt(cancelled));
      Integer exit = end == CommandResult.End.EXITED ? process.exitValue() : null;
      if (end != CommandResult.End.EXITED || !command.mayLeave()) {
        group.kill(process);
      }
      String refused = exit == null ? "" : refused(exit, output, command);
      if (!refused.isEmpty()) {
        throw new IOException(refused);
      }
      written.look();
      String last = listener == null ? tail(output, outputBytes) : "";
      return new CommandResult(end, exit, last, millisSince(began));
    } catch (IOException e) {
      return notStarted(e, began);
    } finally {
      if (listener == null) {
        underWay = null;
      }
      discard(output);
    }
  }

  @Override
  public String outputSoFar(int bytesMax) {
    Path output = underWay;
    try {
      return output == null ? "" : tail(output, bytesMax);
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }

  /** What is said of a program that the kernel does not take; empty where it took it. */
  private String refused(int exit, Path output, Command command) throws IOException {
    if (exit != NOT_EXECUTED && exit != NOT_FOUND) {
      return "";
    }
    String said = tail(output, StepRecord.OUTPUT_LIMIT_BYTES).strip();
    return said.startsWith(CommandGroup.SESSION + ": ") && said.contains(command.run().getFirst())
        ? said.substring(CommandGroup.SESSION.length() + 2)
        : "";
  }

  private static Process start(Command command, Path output, CommandGroup group)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(group.joined(command.run()))
            .directory(command.directory().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    builder.environment().put(MARK, group.name());
    return builder.start();
  }

  private CommandResult.End await(
      Process process, CommandGroup group, Duration timeout, Path output, BooleanSupplier cancelled)
      throws IOException {
    long end = clock.nanos() + timeout.toNanos();
    while (!exited(process, group)) {
      if (cancelled.getAsBoolean()) {
        return CommandResult.End.CANCELLED;
      } else if (clock.nanos() - end >= 0) {
        return CommandResult.End.TIMED_OUT;
      } else if (Files.size(output) > OUTPUT_MAX_BYTES) {
        return CommandResult.End.TOO_MUCH_OUTPUT;
      }
    }
    return CommandResult.End.EXITED;
  }

  private static boolean exited(Process process, CommandGroup group) {
    try {
      return process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // The loop's thread is never interrupted to stop it; whoever does so anyway ends the command.
      group.kill(process);
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
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
