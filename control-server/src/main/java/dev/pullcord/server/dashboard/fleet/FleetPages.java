package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.dashboard.UpstreamLinks;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.view.FleetReader;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of the fleet at {@code /ui}, and the stream that keeps it live. It reads the fleet and
 * changes nothing. When the fleet cannot be read the page says so with status 500 and an open page
 * keeps what it had, marked as not live.
 */
public final class FleetPages implements Pages {
  private final FleetPage page;
  private final FleetFeed feed;
  private @Nullable EventStreams streams;

  /** The page of that fleet. */
  public FleetPages(FleetReader reader) {
    page = new FleetPage(reader);
    feed = new FleetFeed(reader, page::read, System::nanoTime);
  }

  /**
   * The fleet as of now.
   *
   * @param mark of the model
   */
  record View(Html.Frame frame, FleetSheet model, FleetView shown, String mark, Instant now) {
    static View of(Html.Frame frame, FleetSheet model, FleetQuery query, Instant now) {
      return new View(frame, model, FleetView.of(model, query), model.mark(), now);
    }
  }

  /** The verdict on the fleet. */
  record Top(Html.Frame frame, FleetSheet model, Instant now) {}

  /** One branch of the fleet. */
  record Branch(Html.Frame frame, String id, FleetSheet.RefLine ref, Instant now) {}

  /** One line of the nodes' table. */
  record Line(FleetLine node, UpstreamLinks links, Instant now) {}

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    EventStreams made =
        new EventStreams(
            feed, new Fragments(support.html(), support.bareFrame(), support::now), support);
    streams = made;
    return List.of(
        support.page("/ui", ctx -> show(support, ctx)),
        support.page("/ui/wall", ctx -> wall(support, ctx)),
        support.stream("/ui/events", ctx -> events(support, made, ctx)));
  }

  private void show(PageSupport support, Context ctx) {
    FleetQuery query =
        FleetQuery.parse(
            ctx.queryParam("selector"),
            String.join(",", ctx.queryParams("state")),
            ctx.queryParam("group"));
    FleetFeed.Edition recent = feed.recent();
    FleetSheet model = recent == null ? page.read() : recent.model();
    support.show(
        ctx,
        query.problem() == null ? HttpStatus.OK : HttpStatus.BAD_REQUEST,
        "fleet/fleet.jte",
        new View(
            support.frame(ctx),
            model,
            FleetView.of(model, query),
            recent == null ? model.mark() : recent.mark(),
            support.now()));
  }

  private void wall(PageSupport support, Context ctx) {
    FleetFeed.Edition recent = feed.recent();
    FleetSheet model = recent == null ? page.read() : recent.model();
    FleetQuery query = FleetQuery.parse(null, null, ctx.queryParam("group"));
    support.show(
        ctx,
        HttpStatus.OK,
        "fleet/wall.jte",
        View.of(support.frame(ctx), model, query, support.now()));
  }

  private static void events(PageSupport support, EventStreams streams, Context ctx)
      throws InterruptedException {
    String session = support.session(ctx);
    Principal who = support.who(ctx);
    if (!"text/event-stream".equals(ctx.header("Accept"))) {
      throw new HttpResponseException(406, "Accept: text/event-stream expected");
    }
    if (session != null) {
      // Whoever may see the wall alone learns here only that there is something newer.
      boolean patches = who.role() != Principal.Role.WALL;
      streams.open(ctx, new EventStreams.Reader(who.owner(), session, patches));
    }
  }

  @Override
  public void start() {
    feed.start();
  }

  @Override
  public void sessionsEnded() {
    feed.wake();
  }

  @Override
  public void close() {
    if (streams != null) {
      streams.close();
    }
    feed.close();
  }
}
