package dev.pullcord.agent.rights.runner;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * A connection between the agent and the runner of commands: frames of a kind, a length and that
 * many bytes, in both directions. For one thread.
 */
final class Frames implements Closeable {
  /** A frame is at most that long: the environment of a command, or the end of its output. */
  static final int LENGTH_MAX = 8 << 20;

  private static final int HEAD_BYTES = 5;
  private static final int FIRST_BYTES = 16 << 10;

  private final SocketChannel channel;
  private final Selector selector;
  private ByteBuffer read = ByteBuffer.allocate(FIRST_BYTES);

  /** What a frame is. */
  enum Kind {
    /** What is wanted, as JSON; the first of a connection. */
    REQUEST,
    /** The command is not wanted any more. */
    CANCEL,
    /** The end of what a command has written so far. */
    OUTPUT,
    /** A directory, a link or a file of a tree, or bytes of the file before. */
    TREE,
    /** How it ended, as JSON; the last of a connection. */
    END
  }

  /**
   * One of them.
   *
   * @param kind what it is
   * @param content its bytes
   */
  record Frame(Kind kind, byte[] content) {}

  Frames(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.selector = Selector.open();
    channel.configureBlocking(false);
  }

  /**
   * Sends one; waits until it is taken.
   *
   * @throws IOException also when the other side takes nothing for that long
   */
  void send(Kind kind, byte[] content, Duration limit) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + content.length);
    frame.put((byte) kind.ordinal()).putInt(content.length).put(content).flip();
    while (frame.hasRemaining()) {
      if (channel.write(frame) == 0 && !ready(SelectionKey.OP_WRITE, limit)) {
        throw new IOException("the other side takes nothing");
      }
    }
  }

  /**
   * The next one; empty when none has come within that time, which may be nothing.
   *
   * @throws EOFException when the other side has gone
   */
  Optional<Frame> next(Duration limit) throws IOException {
    Optional<Frame> there = whole();
    if (there.isPresent() || !ready(SelectionKey.OP_READ, limit)) {
      return there;
    }
    if (channel.read(read) < 0) {
      throw new EOFException("the other side has gone");
    }
    return whole();
  }

  /** One of what was read; makes room for the rest of it. */
  private Optional<Frame> whole() throws IOException {
    if (read.position() < HEAD_BYTES) {
      return Optional.empty();
    }
    int kind = read.get(0);
    int length = read.getInt(1);
    if (kind < 0 || kind >= Kind.values().length || length < 0 || length > LENGTH_MAX) {
      throw new IOException("a frame of kind %d and %d bytes".formatted(kind, length));
    }
    if (read.position() < HEAD_BYTES + length) {
      if (read.capacity() < HEAD_BYTES + length) {
        read = ByteBuffer.allocate(HEAD_BYTES + length + FIRST_BYTES).put(read.flip());
      }
      return Optional.empty();
    }
    byte[] content = new byte[length];
    read.flip().position(HEAD_BYTES).get(content);
    read.compact();
    return Optional.of(new Frame(Kind.values()[kind], content));
  }

  private boolean ready(int operation, Duration limit) throws IOException {
    SelectionKey key = channel.register(selector, operation);
    int ready =
        limit.isZero() ? selector.selectNow() : selector.select(Math.max(1, limit.toMillis()));
    selector.selectedKeys().clear();
    return ready > 0 && key.isValid();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    selector.close();
  }
}
