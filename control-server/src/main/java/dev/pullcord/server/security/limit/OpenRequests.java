package dev.pullcord.server.security.limit;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that last: streams, logs, pushes. Each is asked again and again whether its caller
 * may still make it. One that may not is told so, and ends itself; what has not done so after a
 * moment, because it waits for a reader who does not read, loses its connection.
 */
public final class OpenRequests {
  /** How often {@link #look} is to be called. */
  public static final Duration PERIOD = Duration.ofMillis(200);

  /** For a stream to end by itself. */
  public static final Duration SHORT = Duration.ofMillis(300);

  private static final Logger LOG = LoggerFactory.getLogger(OpenRequests.class);

  private final Set<Standing> open = ConcurrentHashMap.newKeySet();
  private final LongSupplier nanos;
  private final BooleanSupplier current;

  /** None is open, and what this server knows is always so. */
  public OpenRequests(LongSupplier nanos) {
    this(nanos, () -> true);
  }

  /**
   * None is open.
   *
   * @param current whether what this server knows is still so
   */
  public OpenRequests(LongSupplier nanos, BooleanSupplier current) {
    this.nanos = nanos;
    this.current = current;
  }

  /**
   * Enters a request that tells what this server knows: it also ends when that may not be so any
   * more, and its reader has to find the server that knows better.
   *
   * @param allowed whether its caller may still make it; asked from another thread
   */
  public Standing enterTelling(Context ctx, BooleanSupplier allowed) {
    return enter(ctx, () -> current.getAsBoolean() && allowed.getAsBoolean(), SHORT);
  }

  /**
   * Enters a request.
   *
   * @param allowed whether its caller may still make it; asked from another thread
   * @param grace how long it may take to end when he may not
   */
  public Standing enter(Context ctx, BooleanSupplier allowed, Duration grace) {
    ServletContextRequest request = ServletContextRequest.getServletContextRequest(ctx.req());
    Runnable cut = () -> request.getConnectionMetaData().getConnection().getEndPoint().close();
    return enter(ctx.path(), allowed, grace, cut);
  }

  Standing enter(String what, BooleanSupplier allowed, Duration grace, Runnable cut) {
    Standing standing = new Standing(what, allowed, grace, cut);
    open.add(standing);
    return standing;
  }

  /** Asks them all. */
  public void look() {
    open.forEach(Standing::look);
  }

  /** One request. */
  public final class Standing implements AutoCloseable {
    private final String what;
    private final BooleanSupplier allowed;
    private final Duration grace;
    private final Runnable cut;
    private volatile boolean over;
    private long overAt;

    private Standing(String what, BooleanSupplier allowed, Duration grace, Runnable cut) {
      this.what = what;
      this.allowed = allowed;
      this.grace = grace;
      this.cut = cut;
    }

    private void look() {
      if (!over) {
        if (!allowed.getAsBoolean()) {
          overAt = nanos.getAsLong();
          over = true;
        }
      } else if (nanos.getAsLong() - overAt >= grace.toNanos() && open.remove(this)) {
        LOG.info("{} is cut off: its caller may no longer make it here", what);
        cut.run();
      }
    }

    /** Whether it may go on. */
    public boolean goesOn() {
      return !over && allowed.getAsBoolean();
    }

    @Override
    public void close() {
      open.remove(this);
    }
  }
}
