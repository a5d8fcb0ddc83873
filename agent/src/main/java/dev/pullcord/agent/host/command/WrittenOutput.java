package dev.pullcord.agent.host.command;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Hands out what a command appends to its file, as it comes. */
final class WrittenOutput implements Closeable {
  private static final int READ_BYTES = 32 << 10;

  private final Path file;
  private final CommandRunner.@Nullable Listener listener;
  private final byte[] buffer = new byte[READ_BYTES];
  private @Nullable RandomAccessFile open;

  /** Nothing is read when nobody listens. */
  WrittenOutput(Path file, CommandRunner.@Nullable Listener listener) {
    this.file = file;
    this.listener = listener;
  }

  /** The same question, with a look at the output each time that it is asked. */
  BooleanSupplier lookedAt(BooleanSupplier question) {
    return () -> {
      try {
        look();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return question.getAsBoolean();
    };
  }

  /** Hands out what is there and was not handed out. */
  void look() throws IOException {
    CommandRunner.Listener takes = listener;
    if (takes == null) {
      return;
    }
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
  public void close() throws IOException {
    if (open != null) {
      open.close();
    }
  }
}
