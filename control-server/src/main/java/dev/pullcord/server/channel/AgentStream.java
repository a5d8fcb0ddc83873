package dev.pullcord.server.channel;

import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.channel.StepPack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream to one agent. It writes without blocking, and holds at most one event that waits:
 * the newest, since an older one says nothing that the newest does not; and a few questions.
 */
final class AgentStream {
  private static final Logger log = LoggerFactory.getLogger(AgentStream.class);
  private static final byte[] COMMENT = ": \n\n".getBytes(StandardCharsets.UTF_8);

  /** A write that has not ended after so many heartbeats has nobody at the other end. */
  private static final int MISSED_LIMIT = 2;

  private static final int ASKED_MAX = 8;

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Runnable closed;
  private final int packBytes;
  private final boolean knowsServers;
  private final AtomicBoolean over = new AtomicBoolean();
  private final Deque<byte[]> asked = new ArrayDeque<>();
  private byte @Nullable [] waiting;
  private byte @Nullable [] orders;
  private byte @Nullable [] servers;
  private long newest = -1;
  private boolean writing;
  private boolean ending;
  private int missed;

  /** A stream whose headers are set. {@code closed} is run once, when it is over. */
  AgentStream(Request request, Response response, Callback callback, Runnable closed) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.closed = closed;
    this.packBytes = packBytes(request);
    this.knowsServers = request.getHeaders().contains(ServerEvent.Servers.HEADER);
    request.addFailureListener(this::drop);
  }

  private static int packBytes(Request request) {
    String said = request.getHeaders().get(StepPack.HEADER);
    return said != null && said.matches("[0-9]{1,6}")
        ? Math.min(Integer.parseInt(said), StepPack.MOST_BYTES)
        : 0;
  }

  /** How many bytes a pack in an event may have; 0 where the agent asks for each of them. */
  int packBytes() {
    return packBytes;
  }

  /**
   * Notices at once when the other end closes the connection; else only a write that fails would.
   * The connection carries nothing else afterwards.
   */
  void watch() {
    EndPoint end = request.getConnectionMetaData().getConnection().getEndPoint();
    end.tryFillInterested(Callback.from(() -> readable(end), this::drop));
  }

  private void readable(EndPoint end) {
    try {
      int read = end.fill(BufferUtil.allocate(1));
      if (read == 0) {
        watch();
      } else {
        cut(read < 0 ? "the other end closed it" : "something came after the request");
      }
    } catch (IOException e) {
      drop(e);
    }
  }

  /** Sends the event now or after the write that is under way, unless a newer one was sent. */
  void send(long revision, byte[] event) {
    byte[] next;
    synchronized (this) {
      if (revision < newest || ending) {
        return;
      }
      newest = revision;
      if (writing) {
        waiting = event;
        return;
      }
      writing = true;
      next = event;
    }
    write(false, next);
  }

  /** Sends an event that no newer one makes needless; whether there was room for it. */
  boolean ask(byte[] event) {
    synchronized (this) {
      if (ending || asked.size() >= ASKED_MAX) {
        return false;
      }
      if (writing) {
        asked.add(event);
        return true;
      }
      writing = true;
    }
    write(false, event);
    return true;
  }

  /** Sends all that the node is asked to run; a newer one takes the place of one that waits. */
  void orders(byte[] event) {
    synchronized (this) {
      if (ending) {
        return;
      }
      if (writing) {
        orders = event;
        return;
      }
      writing = true;
    }
    write(false, event);
  }

  /** Sends where the servers are, to an agent that knows this event; the newest is enough. */
  void servers(byte[] event) {
    synchronized (this) {
      if (ending || !knowsServers) {
        return;
      }
      if (writing) {
        servers = event;
        return;
      }
      writing = true;
    }
    write(false, event);
  }

  /** Sends a comment, so that both ends notice when the other one is gone. */
  void heartbeat() {
    boolean stuck;
    synchronized (this) {
      stuck = writing;
      if (stuck && ++missed < MISSED_LIMIT) {
        return;
      }
      writing = true;
    }
    if (stuck) {
      cut("it does not read");
    } else {
      write(false, COMMENT);
    }
  }

  /** Sends a comment to an agent that leaves a silent server for another one. */
  void pulse() {
    synchronized (this) {
      if (!knowsServers || writing || ending) {
        return;
      }
      writing = true;
    }
    write(false, COMMENT);
  }

  /** Sends a last event and ends the stream. */
  void end(byte[] event) {
    synchronized (this) {
      if (ending) {
        return;
      }
      ending = true;
      if (writing) {
        waiting = event;
        return;
      }
      writing = true;
    }
    write(true, event);
  }

  /** Closes the connection at once. */
  void cut(String reason) {
    request.getConnectionMetaData().getConnection().getEndPoint().close();
    drop(new EofException(reason));
  }

  private void write(boolean last, byte[] bytes) {
    response.write(last, ByteBuffer.wrap(bytes), Callback.from(() -> written(last), this::drop));
  }

  private void written(boolean last) {
    if (last) {
      finish();
      callback.succeeded();
      return;
    }
    byte[] next;
    boolean end;
    synchronized (this) {
      missed = 0;
      next = next();
      end = ending;
      if (next == null && !end) {
        writing = false;
        return;
      }
    }
    write(end, next == null ? BufferUtil.toArray(BufferUtil.EMPTY_BUFFER) : next);
  }

  private byte @Nullable [] next() {
    byte[] next = waiting;
    waiting = null;
    if (next == null) {
      next = orders;
      orders = null;
    }
    if (next == null) {
      next = servers;
      servers = null;
    }
    return next == null ? asked.poll() : next;
  }

  private void drop(Throwable cause) {
    if (finish()) {
      log.debug("an event stream is over: {}", cause.toString());
      callback.failed(cause);
    }
  }

  private boolean finish() {
    boolean first = over.compareAndSet(false, true);
    if (first) {
      closed.run();
    }
    return first;
  }
}
