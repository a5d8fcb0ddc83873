package dev.pullcord.agent.host.command;

import dev.pullcord.base.disk.FileFault;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands out what a command appends to its file, as it comes. */
final class WrittenOutput implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(WrittenOutput.class);
  private static final int READ_BYTES = 32 << 10;

  private final Path file;
  private final CommandRunner.@Nullable Listener listener;
  private final byte[] buffer = new byte[READ_BYTES];
  private @Nullable RandomAccessFile open;
  private boolean lost;

  /** Nothing is read when nobody listens. */
  WrittenOutput(Path file, CommandRunner.@Nullable Listener listener) {
    this.file = file;
    this.listener = listener;
  }

  /** The same question, with a look at the output each time that it is asked. */
  BooleanSupplier lookedAt(BooleanSupplier question) {
    return () -> {
      look();
      return question.getAsBoolean();
    };
  }

  /**
   * Hands out what is there and was not handed out. What cannot be read now, because the agent has
   * no file descriptor left, say, is read by the next look; the command is not at fault.
   */
  void look() {
    CommandRunner.Listener takes = listener;
    if (takes == null) {
      return;
    }
    try {
      look(takes);
      lost = false;
    } catch (IOException e) {
      if (!lost) {
        LOG.warn("the output of a command cannot be read at present: {}", FileFault.of(e, file));
      }
      lost = true;
    }
  }

  private void look(CommandRunner.Listener takes) throws IOException {
    RandomAccessFile from = open;
    if (from == null) {
      from = new RandomAccessFile(file.toFile(), "r");
      open = from;
    }
    for (int length = from.read(buffer); length > 0; length = from.read(buffer)) {
      takes.wrote(buffer, length);
    }
  }

  @Override
  public void close() {
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      LOG.debug("{} was not closed", file, e);
    }
  }
}
