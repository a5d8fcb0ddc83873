package dev.pullcord.cli.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A reader that goes away once it has seen something, as {@code | head} does. */
final class ClosingOutput extends OutputStream {
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private String last = "\0";

  synchronized void closeAfter(String seen) {
    last = seen;
  }

  synchronized boolean isClosed() {
    return text().contains(last);
  }

  synchronized String text() {
    return kept.toString(StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (isClosed()) {
      throw new IOException("Broken pipe");
    }
    kept.write(bytes, offset, length);
  }
}
