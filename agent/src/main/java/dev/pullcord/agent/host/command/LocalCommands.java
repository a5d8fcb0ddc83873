package dev.pullcord.agent.host.command;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.base.disk.FileFault;
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
  public static void killLeft(Path temporary, Path releases) {
    CommandGroup.killLeft(temporary, releases);
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
    CommandGroup group = new CommandGroup(temporary, output, command.mayLeave());
    try (WrittenOutput written = new WrittenOutput(output, listener)) {
      Process process;
      try {
        process = start(command, output, group);
      } catch (IOException e) {
        group.nothingStarted();
        return notStarted(e, began);
      }
      CommandResult.End end = toItsEnd(process, group, command, output, written, cancelled);
      Integer exit = end == CommandResult.End.EXITED ? process.exitValue() : null;
      String refused = exit == null ? "" : refused(exit, output, command);
      if (!refused.isEmpty()) {
        return notStarted(new IOException(refused), began);
      }
      written.look();
      String last = listener == null ? ending(output, outputBytes) : "";
      return new CommandResult(end, exit, last, millisSince(began));
    } finally {
      if (listener == null) {
        underWay = null;
      }
      discard(output);
    }
  }

  /** Whatever happens meanwhile, also to the agent itself, nothing of it goes on unwatched. */
  private CommandResult.End toItsEnd(
      Process process,
      CommandGroup group,
      Command command,
      Path output,
      WrittenOutput written,
      BooleanSupplier cancelled) {
    boolean left = false;
    try {
      CommandResult.End end =
          await(process, group, command.timeout(), output, written.lookedAt(cancelled));
      left = end == CommandResult.End.EXITED && command.mayLeave();
      return end;
    } finally {
      if (!left) {
        group.kill(process);
      }
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
  private String refused(int exit, Path output, Command command) {
    if (exit != NOT_EXECUTED && exit != NOT_FOUND) {
      return "";
    }
    String said = ending(output, StepRecord.OUTPUT_LIMIT_BYTES).strip();
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
      Process process,
      CommandGroup group,
      Duration timeout,
      Path output,
      BooleanSupplier cancelled) {
    long end = clock.nanos() + timeout.toNanos();
    while (!exited(process, group)) {
      if (cancelled.getAsBoolean()) {
        return CommandResult.End.CANCELLED;
      } else if (clock.nanos() - end >= 0) {
        return CommandResult.End.TIMED_OUT;
      } else if (size(output) > OUTPUT_MAX_BYTES) {
        return CommandResult.End.TOO_MUCH_OUTPUT;
      }
    }
    return CommandResult.End.EXITED;
  }

  /** One that cannot be asked for is none: the time limit holds all the same. */
  private static long size(Path output) {
    try {
      return Files.size(output);
    } catch (IOException e) {
      LOG.debug("how long {} is cannot be seen", output, e);
      return 0;
    }
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

  /** The end of the output of one that has run: how it ended counts, also if this is lost. */
  private String ending(Path output, int bytesMax) {
    try {
      return tail(output, bytesMax);
    } catch (IOException e) {
      return "(what it wrote cannot be read: " + FileFault.of(e) + ")";
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
