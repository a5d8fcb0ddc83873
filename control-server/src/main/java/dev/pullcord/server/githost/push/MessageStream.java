package dev.pullcord.server.githost.push;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Supplier;

/** The side band for messages, which JGit opens only when it has read the client's wishes. */
final class MessageStream extends OutputStream {
  private final Supplier<OutputStream> out;

  MessageStream(Supplier<OutputStream> out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    out.get().write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.get().write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    out.get().flush();
  }
}
