package dev.pullcord.agent.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.lib.ObjectReader;

/** A blob's content; tells when damage is found while it is read. */
final class BlobStream extends FilterInputStream {
  private final ObjectReader objects;
  private final Runnable damaged;

  BlobStream(InputStream content, ObjectReader objects, Runnable damaged) {
    super(content);
    this.objects = objects;
    this.damaged = damaged;
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      damaged.run();
      throw e;
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return super.read(bytes, offset, length);
    } catch (IOException e) {
      damaged.run();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try (objects) {
      super.close();
    }
  }
}
