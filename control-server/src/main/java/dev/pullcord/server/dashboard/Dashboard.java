package dev.pullcord.server.dashboard;

import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.dashboard.session.BrowserSessions;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.limit.FailedSignIns;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.security.limit.Shares;
import dev.pullcord.server.view.FleetReader;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.http.UnauthorizedResponse;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The dashboard: the fleet at {@code /ui}, live, for people who signed in with their token. It
 * reads the fleet and changes nothing. When the fleet cannot be read the page says so with status
 * 500 and an open page keeps what it had, marked as not live.
 */
public final class Dashboard implements AutoCloseable {
  private final FleetPage page;
  private final InstantSource clock;
  private final Html html = new Html();
  private final BrowserSessions sessions;
  private final SignIn signIn;
  private final FleetFeed feed;
  private final EventStreams streams;
  private final StaticFiles files = new StaticFiles();
  private final PageSupport support;
  private final List<Pages> pages;

  /**
   * One route; {@link Permissions} says who may ask for it.
   *
   * @param handler answers those who may not
   */
  public record Route(HandlerType method, String path, Handler handler) {}

  /**
   * Where this server is found, as people have to type it.
   *
   * @param people base of the people's port, {@code https://pullcord.example:8420}; {@code https}
   *     makes the session's cookie a secure one, also behind a proxy that ends TLS
   * @param agents base of the agents' port, {@code https://pullcord.example:8421}
   * @param repository the repository's name, as in {@code /git/<repository>.git}
   * @param branch the branch to push to when no node follows one yet
   */
  public record Addresses(URI people, URI agents, String repository, String branch) {
    boolean secure() {
      return "https".equals(people.getScheme());
    }

    /** Its name and port. */
    public String host() {
      return people.getAuthority();
    }

    /** From a clone of something else to the first commit on that branch here. */
    public String firstPush(String to) {
      return "pullcord login "
          + people
          + "\ngit remote add pullcord "
          + git()
          + "\ngit push pullcord "
          + ShellWord.of("HEAD:" + to);
    }

    /** The remote to push to. */
    public String git() {
      String base = people.toString();
      return (base.endsWith("/") ? base : base + "/") + "git/" + repository + ".git";
    }
  }

  /**
   * Who comes in, and how much of the dashboard he may have.
   *
   * @param trail told of who signs in and out, and of what is refused
   * @param live the pages that are open
   * @param open told of them too
   */
  public record Entrance(
      TokenCheck tokens, FailedSignIns failures, AuditTrail trail, Shares live, OpenRequests open) {
    static final int LIVE_EACH = 32;
    private static final int LIVE_MAX = 256;

    /** With the usual bounds, and nothing that survives. */
    public static Entrance of(TokenCheck tokens, AuditTrail trail, InstantSource clock) {
      return new Entrance(
          tokens,
          new FailedSignIns(clock),
          trail,
          new Shares("live pages", "live-pages", LIVE_MAX, LIVE_EACH, 15),
          new OpenRequests(System::nanoTime));
    }
  }

  /** A dashboard that is still to be started. */
  public Dashboard(
      FleetReader reader,
      Entrance entrance,
      Addresses addresses,
      InstantSource clock,
      List<Pages> pages) {
    this.page = new FleetPage(reader);
    this.clock = clock;
    this.sessions = new BrowserSessions(clock);
    this.signIn =
        new SignIn(
            entrance.tokens(),
            entrance.trail(),
            sessions,
            entrance.failures(),
            html,
            addresses,
            files);
    this.feed = new FleetFeed(reader, page::read, System::nanoTime);
    Fragments fragments =
        new Fragments(html, new Html.Frame(addresses, files, null, "", null), clock);
    this.streams = new EventStreams(feed, fragments, sessions, clock, entrance);
    this.support = new PageSupport(signIn, html, clock, entrance.trail());
    this.pages = List.copyOf(pages);
  }

  /** Begins to follow the fleet. */
  public void start() {
    feed.start();
  }

  /** Every route, for the one table of who may do what. */
  public List<Route> routes() {
    Stream<Route> own =
        Stream.of(
            open(HandlerType.GET, "/ui/sign-in", signIn::form),
            open(HandlerType.POST, "/ui/sign-in", signIn::signIn),
            open(HandlerType.GET, "/ui/session", this::session),
            open(HandlerType.GET, "/ui/static/{version}/{file}", files::serve),
            guarded(HandlerType.GET, "/ui", this::fleet),
            guarded(HandlerType.GET, "/ui/events", this::events),
            guarded(HandlerType.POST, "/ui/sign-out", this::signOut),
            guarded(HandlerType.POST, "/ui/sign-out-others", this::signOutOthers),
            guarded(HandlerType.POST, "/ui/sign-out-everywhere", this::signOutEverywhere));
    return Stream.concat(own, pages.stream().flatMap(p -> p.routes(support).stream())).toList();
  }

  /** Who is signed in with the browser that asks; asked once for each request. */
  public Optional<Principal> signedIn(Context ctx) {
    return signIn.find(ctx);
  }

  /** Adds every route. */
  public void register(RoutesConfig config) {
    routes().forEach(r -> config.addHttpHandler(r.method(), r.path(), r.handler()));
  }

  private static Route open(HandlerType method, String path, Handler handler) {
    return new Route(
        method,
        path,
        ctx -> {
          Html.secure(ctx);
          handler.handle(ctx);
        });
  }

  private static Route guarded(HandlerType method, String path, Handler handler) {
    return new Route(
        method,
        path,
        ctx -> {
          Html.secure(ctx);
          if (Caller.signedIn(ctx).isPresent()) {
            handler.handle(ctx);
          } else if (path.equals("/ui/events")) {
            throw new UnauthorizedResponse("nobody is signed in with this browser");
          } else {
            ctx.redirect("/ui/sign-in", HttpStatus.SEE_OTHER);
          }
        });
  }

  private void fleet(Context ctx) {
    FleetQuery query =
        FleetQuery.parse(
            ctx.queryParam("selector"),
            String.join(",", ctx.queryParams("state")),
            ctx.queryParam("group"));
    FleetFeed.Edition recent = feed.recent();
    FleetSheet model = recent == null ? page.read() : recent.model();
    html.page(
        ctx,
        query.problem() == null ? HttpStatus.OK : HttpStatus.BAD_REQUEST,
        "fleet.jte",
        new Html.Fleet(
            signIn.frame(ctx),
            model,
            FleetView.of(model, query),
            recent == null ? model.mark() : recent.mark(),
            clock.instant()));
  }

  /** A browser cannot see why its stream was refused, so it asks here. */
  private void session(Context ctx) {
    if (Caller.signedIn(ctx).isEmpty()) {
      throw new UnauthorizedResponse("nobody is signed in with this browser");
    }
    ctx.status(HttpStatus.NO_CONTENT);
  }

  private void events(Context ctx) throws InterruptedException {
    String session = signIn.cookie(ctx);
    Principal who = support.who(ctx);
    if (!"text/event-stream".equals(ctx.header("Accept"))) {
      throw new HttpResponseException(406, "Accept: text/event-stream expected");
    }
    if (session != null) {
      streams.open(ctx, who.owner(), session);
    }
  }

  private void signOut(Context ctx) {
    signIn.signOut(ctx);
    feed.wake();
  }

  private void signOutOthers(Context ctx) {
    signIn.signOutOthers(ctx);
    feed.wake();
  }

  private void signOutEverywhere(Context ctx) {
    signIn.signOutEverywhere(ctx);
    feed.wake();
  }

  @Override
  public void close() {
    streams.close();
    feed.close();
  }
}
