package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.dashboard.session.BrowserSessions;
import dev.pullcord.server.dashboard.session.SessionKeeper;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.limit.FailedSignIns;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.security.limit.Shares;
import dev.pullcord.server.security.token.TokenCheck;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import io.javalin.http.UnauthorizedResponse;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The dashboard's shell: signing in, files, and the pages of each subject behind that, for people
 * who signed in with their token.
 */
public final class Dashboard implements AutoCloseable {
  private final SignIn signIn;
  private final Html html;
  private final List<Pages> pages;
  private final List<Route> routes;

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
   * @param badge what tells this fleet from others
   */
  public record Addresses(
      URI people, URI agents, String repository, String branch, FleetBadge badge) {
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
   * @param sessions where sessions outlive a restart
   * @param live the pages that are open
   * @param open told of them too
   */
  public record Entrance(
      TokenCheck tokens,
      FailedSignIns failures,
      AuditTrail trail,
      SessionKeeper sessions,
      Shares live,
      OpenRequests open) {
    static final int LIVE_EACH = 32;
    private static final int LIVE_MAX = 256;

    /** With the usual bounds, and nothing that survives. */
    public static Entrance of(TokenCheck tokens, AuditTrail trail, InstantSource clock) {
      return new Entrance(
          tokens,
          new FailedSignIns(clock),
          trail,
          SessionKeeper.NONE,
          new Shares("live pages", "live-pages", LIVE_MAX, LIVE_EACH, 15),
          new OpenRequests(System::nanoTime));
    }
  }

  /** A dashboard of these pages that is still to be started. */
  public Dashboard(Entrance entrance, Addresses addresses, InstantSource clock, List<Pages> pages) {
    StaticFiles files = new StaticFiles();
    html =
        new Html(
            pages.stream().flatMap(p -> p.links().stream()).findFirst().orElse(UpstreamLinks.NONE));
    this.signIn =
        new SignIn(
            entrance.tokens(),
            entrance.trail(),
            new BrowserSessions(clock, entrance.sessions()),
            entrance.failures(),
            html,
            addresses,
            files);
    this.pages = List.copyOf(pages);
    PageSupport support = new PageSupport(signIn, html, clock, entrance);
    this.routes =
        Stream.concat(
                own(files).stream(), this.pages.stream().flatMap(p -> p.routes(support).stream()))
            .toList();
  }

  /** Begins what runs beside requests. */
  public void start() {
    pages.forEach(Pages::start);
  }

  /** Every route, for the one table of who may do what. */
  public List<Route> routes() {
    return routes;
  }

  private List<Route> own(StaticFiles files) {
    return List.of(
        open(HandlerType.GET, "/ui/sign-in", signIn::form),
        open(HandlerType.POST, "/ui/sign-in", signIn::signIn),
        open(HandlerType.GET, "/ui/session", Dashboard::session),
        open(HandlerType.GET, "/ui/static/{version}/{file}", files::serve),
        guarded("/ui/sign-out", signIn::signOut),
        guarded("/ui/sign-out-others", signIn::signOutOthers),
        guarded("/ui/sign-out-everywhere", signIn::signOutEverywhere));
  }

  /** Who is signed in with the browser that asks; asked once for each request. */
  public Optional<Principal> signedIn(Context ctx) {
    return signIn.find(ctx);
  }

  /** Adds every route. */
  public void register(RoutesConfig config) {
    routes().forEach(r -> config.addHttpHandler(r.method(), r.path(), r.handler()));
  }

  /** Answers a browser that asked for a page which cannot be shown; a program gets the document. */
  public boolean refuse(Context ctx, Problem problem) {
    String accept = ctx.header("Accept");
    boolean page =
        ctx.method().equals(HandlerType.GET)
            && !ctx.path().startsWith("/api/")
            && accept != null
            && accept.contains("text/html");
    if (!page) {
      return false;
    }
    Html.secure(ctx);
    // Whoever asked for a page that does not exist has not been asked who he is.
    Principal who = signIn.find(ctx).orElse(null);
    String request = problem.status() == 500 ? problem.requestId() : null;
    html.page(
        ctx,
        HttpStatus.forStatus(problem.status()),
        "refused.jte",
        new Html.Refused(
            signIn.frame(ctx, who), problem.status(), problem.code(), words(problem), request));
    return true;
  }

  private static String words(Problem problem) {
    return switch (problem.status()) {
      case 404 ->
          "There is no such page here. It may have been removed, or the address is mistyped.";
      case 500 -> "That is a fault of this server. Its log has the cause, under this request.";
      default -> problem.detail();
    };
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

  private Route guarded(String path, Handler handler) {
    return open(
        HandlerType.POST,
        path,
        ctx -> {
          if (Caller.signedIn(ctx).isPresent()) {
            handler.handle(ctx);
            pages.forEach(Pages::sessionsEnded);
          } else {
            ctx.redirect("/ui/sign-in", HttpStatus.SEE_OTHER);
          }
        });
  }

  /** A browser cannot see why its stream was refused, so it asks here. */
  private static void session(Context ctx) {
    if (Caller.signedIn(ctx).isEmpty()) {
      throw new UnauthorizedResponse("nobody is signed in with this browser");
    }
    ctx.status(HttpStatus.NO_CONTENT);
  }

  @Override
  public void close() {
    pages.forEach(Pages::close);
  }
}
