package dev.pullcord.server.api;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.action.ActionView;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.server.action.ActionRuns;
import dev.pullcord.server.action.RunList;
import dev.pullcord.server.action.RunWatch;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.security.limit.Shares;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Actions and their runs, and the stream of a run's events. */
public final class RunApi {
  private static final Duration COMMENT = Duration.ofSeconds(15);
  private static final long PACE_MILLIS = 20;
  private static final Logger LOG = LoggerFactory.getLogger(RunApi.class);
  private static final ApiParameter RUN = ApiParameter.pathNumber("id", "The run's number.");

  private final ActionRuns runs;
  private final Function<Context, BooleanSupplier> stillAllowed;
  private final Shares watchers;
  private final OpenRequests open;
  private volatile boolean stopping;

  /**
   * Over those runs.
   *
   * @param stillAllowed makes what is asked while a run is watched
   * @param watchers how many there may be
   * @param open told of them
   */
  public RunApi(
      ActionRuns runs,
      Function<Context, BooleanSupplier> stillAllowed,
      Shares watchers,
      OpenRequests open) {
    this.runs = runs;
    this.stillAllowed = stillAllowed;
    this.watchers = watchers;
    this.open = open;
  }

  /** Its routes. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/actions", "The actions of the commits that nodes run.")
            .answers(ActionView.All.class, _ -> runs.actions()),
        ApiRoute.get("/api/v1/runs", "Runs of actions without output, newest first.")
            .with(Parameters.CURSOR, Parameters.LIMIT)
            .answers(RunView.Page.class, this::page),
        ApiRoute.post("/api/v1/runs", "Run an action on nodes, once on each.")
            .note("It goes on whatever becomes of the caller.")
            .answers(
                RunView.Request.class,
                RunView.Started.class,
                (ctx, body) -> new RunView.Started(runs.start(Caller.person(ctx), body).id())),
        ApiRoute.post("/api/v1/runs/foresee", "What such a run would do, without doing it.")
            .answers(
                RunView.Request.class,
                RunView.class,
                (ctx, body) -> runs.foresee(Caller.person(ctx), body)),
        ApiRoute.get("/api/v1/runs/{id}", "One run with the output of its nodes.")
            .with(RUN)
            .answers(RunView.class, ctx -> found(runs.find(id(ctx), true), id(ctx))),
        ApiRoute.post("/api/v1/runs/{id}/cancel", "Cancel a run.")
            .note("No further node begins it, and the nodes that it runs on kill it.")
            .with(RUN)
            .answers(RunView.class, ctx -> runs.cancel(Caller.person(ctx), id(ctx))),
        ApiRoute.get("/api/v1/runs/{id}/events", "A run as it goes on, by server-sent events.")
            .note(
                "A node event has a node's part and what it has written since the one before; it"
                    + " comes on opening, and after every change. An end event has the run without"
                    + " output, and nothing follows it. A comment comes every 15 s.")
            .with(RUN)
            .sends("text/event-stream", "Events, as they come.", this::stream));
  }

  /** Ends all streams within a second. */
  public void stop() {
    stopping = true;
  }

  private RunView.Page page(Context ctx) {
    RunList.RunPart part = runs.list().page(Parameters.idCursor(ctx), Parameters.limit(ctx));
    String next = part.more() ? Long.toString(part.runs().getLast().id()) : null;
    return new RunView.Page(part.runs(), next);
  }

  private static long id(Context ctx) {
    return Parameters.id(ctx, "id");
  }

  private static <T> T found(Optional<T> run, long id) {
    return run.orElseThrow(() -> ActionRuns.missing(id));
  }

  private void stream(Context ctx) throws InterruptedException {
    RunWatch watch = found(runs.watch(id(ctx)), id(ctx));
    try (Shares.Share _ = watchers.take(Caller.person(ctx).owner());
        OpenRequests.Standing standing = open.enterTelling(ctx, stillAllowed.apply(ctx))) {
      ctx.res().setContentType("text/event-stream");
      ctx.res().setHeader("Cache-Control", "no-store");
      ctx.res().setHeader("X-Accel-Buffering", "no");
      pump(standing, watch, ctx.res().getOutputStream());
    } catch (IOException e) {
      LOG.debug("whoever watched a run went away: {}", e.toString());
    }
  }

  private void pump(OpenRequests.Standing standing, RunWatch watch, OutputStream out)
      throws IOException, InterruptedException {
    while (goesOn(standing)) {
      boolean over = watch.over();
      List<RunView.Change> changes = watch.changes();
      StringBuilder events = new StringBuilder();
      changes.forEach(change -> events.append(event("node", change)));
      if (over && changes.isEmpty()) {
        events.append(event("end", watch.view()));
      }
      write(out, events.toString());
      if (over && changes.isEmpty()) {
        return;
      }
      if (changes.isEmpty()) {
        if (!watch.await(COMMENT, () -> !goesOn(standing))) {
          write(out, ": still here\n\n");
        }
      } else if (!over) {
        TimeUnit.MILLISECONDS.sleep(PACE_MILLIS); // what comes together is told together
      }
    }
  }

  private boolean goesOn(OpenRequests.Standing standing) {
    return !stopping && standing.goesOn();
  }

  private static String event(String type, Object data) {
    return "event: " + type + "\ndata: " + PullcordJson.write(data) + "\n\n";
  }

  private static void write(OutputStream out, String text) throws IOException {
    if (!text.isEmpty()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
