package dev.pullcord.git.pack;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A file without a name, gone with the process; read from any place. Used by one thread. */
final class PackFile implements Closeable {
  private static final int BUFFER = 64 << 10;

  private final FileChannel channel;
  private final Inflater inflater = new Inflater();
  private final byte[] buffer = new byte[BUFFER];
  private final byte[] inflated = new byte[BUFFER];
  private long position;
  private int next;
  private int filled;

  /** Makes an empty one in a directory. */
  PackFile(Path directory) throws IOException {
    Path name = Files.createTempFile(directory, "incoming_", ".pack");
    // The name is taken away at once, not only at the end.
    channel =
        FileChannel.open(
            name,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  FileChannel channel() {
    return channel;
  }

  long length() throws IOException {
    return channel.size();
  }

  /** Appends; to be closed or flushed by nobody. */
  OutputStream appender() {
    return Channels.newOutputStream(channel);
  }

  void seek(long to) {
    position = to;
    next = 0;
    filled = 0;
  }

  /** Where the next byte is read from. */
  long position() {
    return position - (filled - next);
  }

  int read() throws IOException {
    if (next == filled) {
      fill();
    }
    return buffer[next++] & 0xff;
  }

  private void fill() throws IOException {
    int n = channel.read(ByteBuffer.wrap(buffer), position);
    if (n <= 0) {
      throw new EOFException("the pack ends in the middle of an object");
    }
    position += n;
    next = 0;
    filled = n;
  }

  /** Inflates what begins here, exactly so many bytes; stands behind it afterwards. */
  void inflate(long size, OutputStream out) throws IOException {
    inflater.reset();
    long total = 0;
    try {
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          if (next == filled) {
            fill();
          }
          inflater.setInput(buffer, next, filled - next);
          next = filled;
        }
        int n = inflater.inflate(inflated);
        total += n;
        if (total > size || inflater.needsDictionary()) {
          break;
        }
        out.write(inflated, 0, n);
      }
    } catch (DataFormatException e) {
      throw PackRefusedException.corrupt("an object cannot be unpacked: " + e.getMessage());
    }
    next -= inflater.getRemaining();
    if (total != size || !inflater.finished()) {
      throw PackRefusedException.corrupt("an object is not as long as it says");
    }
  }

  /** All bytes from a place on, independent of where this one reads. */
  InputStream from(long start) {
    return new InputStream() {
      private long at = start;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = channel.read(ByteBuffer.wrap(bytes, offset, length), at);
        at += Math.max(0, n);
        return n;
      }
    };
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    channel.close();
  }
}
