package dev.pullcord.cli.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A reader that goes away once it has seen something, as {@code | head} does. */
public final class ClosingOutput extends OutputStream {
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private String last = "\0";

  /** From now on it goes away once it has seen this. */
  public synchronized void closeAfter(String seen) {
    last = seen;
  }

  /** Whether it is gone. */
  public synchronized boolean isClosed() {
    return text().contains(last);
  }

  /** What it saw. */
  public synchronized String text() {
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
