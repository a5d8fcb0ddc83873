package dev.pullcord.server.http.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection until its first TLS record is whole; then TLS takes over, with what was read. What
 * does not begin like a handshake is closed.
 */
final class FirstRecord extends AbstractConnection implements Connection.UpgradeFrom {
  private static final Logger LOG = LoggerFactory.getLogger(FirstRecord.class);
  private static final byte HANDSHAKE = 22;
  private static final byte MAJOR_VERSION = 3;
  private static final int HEADER_BYTES = 5;
  private static final int RECORD_MAX_BYTES = HEADER_BYTES + (16 << 10);
  private static final int FIRST_BYTES = 64;
  private static final int GROWTH = 8;

  private final Function<EndPoint, @Nullable Connection> next;
  private ByteBuffer read = BufferUtil.allocate(FIRST_BYTES);

  FirstRecord(EndPoint endPoint, Executor executor, Function<EndPoint, @Nullable Connection> next) {
    super(endPoint, executor);
    this.next = next;
  }

  @Override
  public void onOpen() {
    super.onOpen();
    fillInterested();
  }

  @Override
  public void onFillable() {
    try {
      int count = fill();
      while (count > 0) {
        if (!begins(read)) {
          close();
          return;
        }
        if (whole(read)) {
          Connection secure = next.apply(getEndPoint());
          if (secure == null) {
            close();
          } else {
            getEndPoint().upgrade(secure);
          }
          return;
        }
        count = fill();
      }
      if (count < 0) {
        close();
      } else {
        fillInterested();
      }
    } catch (IOException e) {
      LOG.debug("a connection ended before its handshake: {}", e.toString());
      close();
    }
  }

  private int fill() throws IOException {
    if (BufferUtil.space(read) == 0) {
      int larger = Math.min(read.capacity() * GROWTH, RECORD_MAX_BYTES);
      ByteBuffer grown = BufferUtil.allocate(larger);
      BufferUtil.append(grown, read);
      read = grown;
    }
    return getEndPoint().fill(read);
  }

  private static boolean begins(ByteBuffer bytes) {
    int at = bytes.position();
    return bytes.get(at) == HANDSHAKE
        && (bytes.remaining() < 2 || bytes.get(at + 1) == MAJOR_VERSION)
        && (bytes.remaining() < HEADER_BYTES || length(bytes) <= RECORD_MAX_BYTES);
  }

  private static boolean whole(ByteBuffer bytes) {
    return bytes.remaining() >= HEADER_BYTES && bytes.remaining() >= length(bytes);
  }

  private static int length(ByteBuffer bytes) {
    return HEADER_BYTES + (bytes.getShort(bytes.position() + 3) & 0xffff);
  }

  @Override
  public ByteBuffer onUpgradeFrom() {
    ByteBuffer bytes = read;
    read = BufferUtil.EMPTY_BUFFER;
    return bytes;
  }
}
