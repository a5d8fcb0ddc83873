package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.dashboard.session.BrowserSessions;
import dev.pullcord.server.refusal.ProblemMapping;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.StoreException;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import io.javalin.http.UnauthorizedResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives every page its frame, its reader and its forms. A form is taken from somebody who is signed
 * in, from a page of ours, and with the role that {@link Permissions} asks for. A refusal of the
 * fleet becomes a word on the page that the form came from.
 */
public final class PageSupport {
  private final SignIn signIn;
  private final Html html;
  private final InstantSource clock;
  private final Dashboard.Entrance entrance;

  PageSupport(SignIn signIn, Html html, InstantSource clock, Dashboard.Entrance entrance) {
    this.signIn = signIn;
    this.html = html;
    this.clock = clock;
    this.entrance = entrance;
  }

  /** Does what a form asks for. */
  @FunctionalInterface
  public interface Act {
    /**
     * Does it, and answers with what was done, in a sentence.
     *
     * @throws Refusal when the answer is no
     */
    String run(Context ctx, Principal who);
  }

  /** A page for those who have the role that the route asks for; the others are told so. */
  public Dashboard.Route page(String path, Handler handler) {
    Principal.Role role = Permissions.pageRole("GET", path);
    return new Dashboard.Route(
        HandlerType.GET,
        path,
        guarded(ctx -> {
          if (!lacks(ctx, role)) {
            handler.handle(ctx);
          }
        }));
  }

  /** A stream of a page; whoever is not signed in is told so, and not led to another page. */
  public Dashboard.Route stream(String path, Handler handler) {
    return new Dashboard.Route(
        HandlerType.GET,
        path,
        ctx -> {
          Html.secure(ctx);
          if (Caller.signedIn(ctx).isEmpty()) {
            throw new UnauthorizedResponse("nobody is signed in with this browser");
          }
          handler.handle(ctx);
        });
  }

  /**
   * A form. The reader is led back to a page that says what was done, or why not.
   *
   * @param back the path of that page, from the request
   */
  public Dashboard.Route form(String path, Function<Context, String> back, Act act) {
    Principal.Role role = Permissions.pageRole("POST", path);
    return new Dashboard.Route(
        HandlerType.POST,
        path,
        guarded(ctx -> {
          if (mayNotSend(ctx, role)) {
            return;
          }
          try {
            lead(ctx, act.run(ctx, who(ctx)), back.apply(ctx));
          } catch (Refusal e) {
            signIn.tell(ctx, new BrowserSessions.Note(false, e.sentence()));
            String from = ctx.formParam("from");
            ctx.redirect(
                from != null && from.startsWith("/ui/") ? from : back.apply(ctx),
                HttpStatus.SEE_OTHER);
          }
        }));
  }

  /** A form whose answer is a page: one that shows a secret once, or what something would do. */
  public Dashboard.Route answering(String path, Handler handler) {
    Principal.Role role = Permissions.pageRole("POST", path);
    return new Dashboard.Route(
        HandlerType.POST,
        path,
        guarded(ctx -> {
          if (!mayNotSend(ctx, role)) {
            handler.handle(ctx);
          }
        }));
  }

  /** Leads the reader to a page that says what was done. */
  public void lead(Context ctx, String done, String page) {
    signIn.tell(ctx, new BrowserSessions.Note(true, done));
    ctx.redirect(page, HttpStatus.SEE_OTHER);
  }

  /** Whether the form was refused; then the answer is written. */
  private boolean mayNotSend(Context ctx, Principal.Role role) {
    if (!signIn.ours(ctx)) {
      signIn.refuse(ctx);
      return true;
    }
    return lacks(ctx, role);
  }

  /** Whether the reader lacks the role; then the answer is written. */
  private boolean lacks(Context ctx, Principal.Role role) {
    Principal who = who(ctx);
    if (AccessControl.lacks(entrance.trail(), ctx, who, role)) {
      refused(
          ctx,
          HttpStatus.FORBIDDEN,
          "FORBIDDEN",
          "Your token is a "
              + who.role().word()
              + "'s, and this asks for one of "
              + (role == Principal.Role.VIEWER ? "a " : "an ")
              + role.word()
              + ". Ask somebody who has one.");
      return true;
    }
    return false;
  }

  private Handler guarded(Handler handler) {
    return ctx -> {
      Html.secure(ctx);
      if (Caller.signedIn(ctx).isEmpty()) {
        signIn.lead(ctx);
        return;
      }
      try {
        handler.handle(ctx);
      } catch (Refusal e) {
        refused(ctx, ProblemMapping.of(e, null));
      } catch (StoreException e) {
        if (DiskTrouble.of(e).isEmpty()) {
          throw e;
        }
        refused(ctx, ProblemMapping.of(e, null));
      }
    };
  }

  private void refused(Context ctx, Problem problem) {
    refused(ctx, HttpStatus.forStatus(problem.status()), problem.code(), problem.detail());
  }

  private void refused(Context ctx, HttpStatus status, String code, String detail) {
    show(
        ctx,
        status,
        "refused.jte",
        new Html.Refused(frame(ctx), status.getCode(), code, detail, null));
  }

  /** Who is signed in, with where the request comes from. */
  public Principal who(Context ctx) {
    return Caller.signedIn(ctx)
        .orElseThrow(() -> new NoSuchElementException("nobody is signed in with " + ctx.path()));
  }

  /** What surrounds the page. Takes the word that was left for it. */
  public Html.Frame frame(Context ctx) {
    return signIn.frame(ctx);
  }

  /** What surrounds a part of a page that is the same for every reader. */
  public Html.Frame bareFrame() {
    return signIn.bareFrame();
  }

  /** The session that the request is made in; null outside of one. */
  public @Nullable String session(Context ctx) {
    return signIn.cookie(ctx);
  }

  /** Whether a session has not ended. */
  public boolean lasts(String session) {
    return signIn.lasts(session);
  }

  /** How much of the dashboard its readers may have. */
  public Dashboard.Entrance entrance() {
    return entrance;
  }

  /** The browsers that the reader is signed in with. */
  public List<BrowserSessions.SignedInBrowser> sessions(Context ctx) {
    return signIn.sessions(ctx);
  }

  /** Writes a page. */
  public void show(Context ctx, HttpStatus status, String template, Object view) {
    html.page(ctx, status, template, view);
  }

  /** Writes parts of pages. */
  public Html html() {
    return html;
  }

  /** The server's time. */
  public Instant now() {
    return clock.instant();
  }

  /** That a node is not there, and where to look. */
  public static String noNode(Object name) {
    return "there is no node " + name + "; the fleet's page lists them";
  }
}
