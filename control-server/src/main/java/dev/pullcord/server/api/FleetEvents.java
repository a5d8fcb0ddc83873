package dev.pullcord.server.api;

import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.server.fleet.FleetChange;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.security.limit.Shares;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.view.FleetReader;
import io.javalin.http.Context;
import io.javalin.http.ServiceUnavailableResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /api/v1/events}: tells that the fleet has changed, never what. A {@code change} event
 * comes on opening and after changes, at most ten a second; a comment every 15 s. Whoever reads it
 * asks for the truth. Beside it {@code GET /api/v1/deployments/{id}}, which tells of one deployment
 * until it has ended, to whoever accepts events. Streams end within a second when the token is
 * taken away, and when the server stops.
 */
public final class FleetEvents {
  private static final long PACE_MILLIS = 100;
  private static final Duration COMMENT = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final String STILL_HERE = ": still here\n\n";
  private static final Logger LOG = LoggerFactory.getLogger(FleetEvents.class);

  private final FleetReader fleet;
  private final Function<Context, BooleanSupplier> stillAllowed;
  private final Shares streams;
  private final OpenRequests open;
  private final LongSupplier nanos;
  private volatile boolean stopping;

  /**
   * Streams of a fleet's changes.
   *
   * @param fleet what changes
   * @param stillAllowed makes what is asked again and again, whether the token still works
   * @param streams how many there may be
   * @param open told of them
   * @param nanos by which a stream is quiet
   */
  public FleetEvents(
      FleetReader fleet,
      Function<Context, BooleanSupplier> stillAllowed,
      Shares streams,
      OpenRequests open,
      LongSupplier nanos) {
    this.nanos = nanos;
    this.fleet = fleet;
    this.stillAllowed = stillAllowed;
    this.streams = streams;
    this.open = open;
  }

  /** Its route. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/events", "Tells that the fleet has changed, by server-sent events.")
            .note(
                "A change event has the revision; it comes on opening and after every change, at"
                    + " most ten times a second. A comment comes every 15 s without a change.")
            .sends(ApiRoute.EVENTS, "Events, as they come.", this::stream),
        ApiRoute.get("/api/v1/deployments/{id}", "One deployment with its members.")
            .note(
                "With Accept: text/event-stream it comes again after each change, as a deployment"
                    + " event without members, and as an end event once it has ended; nothing"
                    + " follows that.")
            .with(Parameters.DEPLOYMENT)
            .answersOrStreams(DeploymentView.class, this::deployment, this::streamDeployment));
  }

  private DeploymentView deployment(Context ctx) {
    long id = Parameters.id(ctx, "id");
    return fleet
        .deployment(id)
        .orElseThrow(() ->
            new Refusal(
                Refusal.Kind.NOT_FOUND,
                "NOT_FOUND",
                "there is no deployment %d (any more: of a branch the newest %d are kept);"
                        .formatted(id, DeploymentTable.KEPT)
                    + " pullcord deployments lists them",
                null));
  }

  private void streamDeployment(Context ctx) throws InterruptedException {
    deployment(ctx);
    stream(ctx, (standing, changes, out) -> pumpDeployment(ctx, standing, changes, out));
  }

  private void pumpDeployment(
      Context ctx, OpenRequests.Standing standing, Signal changes, OutputStream out)
      throws IOException, InterruptedException {
    String told = "";
    long quietSince = nanos.getAsLong();
    while (goesOn(standing)) {
      long seen = changes.count();
      DeploymentView now = deployment(ctx);
      boolean over = now.shown() != DeploymentView.State.RUNNING;
      String event =
          "event: deployment\ndata: " + PullcordJson.write(now.withoutMembers()) + "\n\n";
      if (over) {
        write(out, event.replaceFirst("deployment", "end"));
        return;
      }
      if (!event.equals(told)) {
        told = event;
        quietSince = nanos.getAsLong();
        write(out, event);
        TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
      } else if (nanos.getAsLong() - quietSince >= COMMENT.toNanos()) {
        quietSince = nanos.getAsLong();
        write(out, STILL_HERE);
      }
      // Its end may be noticed without a change of a node: its time is over.
      changes.await(seen, LOOK, () -> !goesOn(standing));
    }
  }

  /** Ends all streams within a second. */
  public void stop() {
    stopping = true;
  }

  private void stream(Context ctx) throws InterruptedException {
    stream(ctx, this::pump);
  }

  /** Writes one stream, until it ends. */
  @FunctionalInterface
  private interface Pump {
    void run(OpenRequests.Standing standing, Signal changes, OutputStream out)
        throws IOException, InterruptedException;
  }

  private void stream(Context ctx, Pump pump) throws InterruptedException {
    if (stopping) {
      throw new ServiceUnavailableResponse("the server stops");
    }
    Signal changes = new Signal();
    try (Shares.Share _ = streams.take(Caller.person(ctx).owner());
        OpenRequests.Standing standing = open.enterTelling(ctx, stillAllowed.apply(ctx));
        FleetChange.Subscription _ = fleet.subscribe(_ -> changes.raise())) {
      ctx.res().setContentType(ApiRoute.EVENTS);
      ctx.res().setHeader("Cache-Control", "no-store");
      ctx.res().setHeader("X-Accel-Buffering", "no");
      pump.run(standing, changes, ctx.res().getOutputStream());
    } catch (IOException e) {
      LOG.debug("event stream closed: {}", e.toString());
    }
  }

  private void pump(OpenRequests.Standing standing, Signal changes, OutputStream out)
      throws IOException, InterruptedException {
    long seen = -1; // the first event comes on opening
    long due = nanos.getAsLong() + COMMENT.toNanos();
    while (goesOn(standing)) {
      long quietUntil = due;
      boolean changed =
          changes.await(
              seen, COMMENT, () -> !goesOn(standing) || nanos.getAsLong() - quietUntil >= 0);
      if (!goesOn(standing)) {
        return;
      }
      due = nanos.getAsLong() + COMMENT.toNanos();
      if (changed) {
        seen = changes.count();
        write(out, "event: change\ndata: {\"revision\":" + fleet.summary().revision() + "}\n\n");
        TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
      } else {
        write(out, STILL_HERE);
      }
    }
  }

  private boolean goesOn(OpenRequests.Standing standing) {
    return !stopping && standing.goesOn();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
