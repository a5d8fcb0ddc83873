package dev.pullcord.server.githost.push;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The answer to a git client, which remembers that the client is gone: JGit swallows that while a
 * hook writes.
 */
final class ClientStream extends FilterOutputStream {
  private volatile boolean gone;

  ClientStream(OutputStream out) {
    super(out);
  }

  boolean connected() {
    return !gone;
  }

  @Override
  public void write(int b) throws IOException {
    try {
      out.write(b);
    } catch (IOException e) {
      gone = true;
      throw e;
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      gone = true;
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      gone = true;
      throw e;
    }
  }
}
