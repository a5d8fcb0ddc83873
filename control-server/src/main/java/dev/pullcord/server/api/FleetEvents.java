package dev.pullcord.server.api;

import dev.pullcord.server.fleet.FleetReader;
import io.javalin.http.Context;
import io.javalin.http.ServiceUnavailableResponse;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /api/v1/events}: tells that the fleet has changed, never what. A {@code change} event
 * comes on opening and after changes, at most ten a second; a comment every 15 s. Whoever reads it
 * asks for the truth. Ends when the token is taken away or the server stops.
 */
public final class FleetEvents {
  private static final int STREAMS_MAX = 200;
  private static final long PACE_MILLIS = 100;
  private static final long COMMENT_MILLIS = 15_000;
  private static final long STOP_CHECK_MILLIS = 500;
  private static final Logger LOG = LoggerFactory.getLogger(FleetEvents.class);

  private final FleetReader fleet;
  private final Predicate<Context> stillAllowed;
  private final Semaphore streams = new Semaphore(STREAMS_MAX);
  private volatile boolean stopping;

  /**
   * Streams of a fleet's changes.
   *
   * @param fleet what changes
   * @param stillAllowed asked now and then whether the request's token still works
   */
  public FleetEvents(FleetReader fleet, Predicate<Context> stillAllowed) {
    this.fleet = fleet;
    this.stillAllowed = stillAllowed;
  }

  /** Adds the route. */
  public void routes(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/events", this::stream);
  }

  /** Ends all streams within a second. */
  public void stop() {
    stopping = true;
  }

  private void stream(Context ctx) throws InterruptedException {
    if (stopping || !streams.tryAcquire()) {
      throw new ServiceUnavailableResponse("too many event streams are open; poll instead");
    }
    Semaphore changes = new Semaphore(1);
    try (FleetReader.Subscription _ =
        fleet.subscribe(_ -> {
          if (changes.availablePermits() == 0) {
            changes.release();
          }
        })) {
      ctx.res().setContentType("text/event-stream");
      ctx.res().setHeader("Cache-Control", "no-store");
      ctx.res().setHeader("X-Accel-Buffering", "no");
      pump(ctx, changes, ctx.res().getOutputStream());
    } catch (IOException e) {
      LOG.debug("event stream closed: {}", e.toString());
    } finally {
      streams.release();
    }
  }

  private void pump(Context ctx, Semaphore changes, OutputStream out)
      throws IOException, InterruptedException {
    long quiet = 0;
    while (!stopping) {
      if (changes.tryAcquire(STOP_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
        changes.drainPermits();
        write(out, "event: change\ndata: {\"revision\":" + fleet.summary().revision() + "}\n\n");
        quiet = 0;
        TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
      } else {
        quiet += STOP_CHECK_MILLIS;
        if (quiet >= COMMENT_MILLIS) {
          if (!stillAllowed.test(ctx)) {
            return;
          }
          write(out, ": still here\n\n");
          quiet = 0;
        }
      }
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
