package dev.pullcord.server.dashboard;

import dev.pullcord.server.api.ErrorMapping;
import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.dashboard.session.BrowserSessions;
import dev.pullcord.server.fleet.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.Sources;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.StoreException;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * What every page needs: its frame, its reader, its forms. It owns who may send a form: somebody
 * signed in, from a page of ours, with the role that the form asks for; and it turns a refusal of
 * the fleet into a word on the page that the form came from.
 */
public final class PageSupport {
  private final SignIn signIn;
  private final Html html;
  private final InstantSource clock;
  private final AuditTrail trail;

  PageSupport(SignIn signIn, Html html, InstantSource clock, AuditTrail trail) {
    this.signIn = signIn;
    this.html = html;
    this.clock = clock;
    this.trail = trail;
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

  /** A page for everybody who is signed in. */
  public Dashboard.Route page(String path, Handler handler) {
    return new Dashboard.Route(HandlerType.GET, path, Dashboard.Access.SIGNED_IN, guarded(handler));
  }

  /** A page for those who have that role at least; the others are told so. */
  public Dashboard.Route page(String path, Principal.Role role, Handler handler) {
    return page(
        path,
        ctx -> {
          if (!lacks(ctx, role)) {
            handler.handle(ctx);
          }
        });
  }

  /**
   * A form. The reader is led back to a page that says what was done, or why not.
   *
   * @param role what it takes to send it
   * @param back the path of that page, from the request
   */
  public Dashboard.Route form(
      String path,
      Principal.Role role,
      java.util.function.Function<Context, String> back,
      Act act) {
    return new Dashboard.Route(
        HandlerType.POST,
        path,
        Dashboard.Access.SIGNED_IN,
        guarded(ctx -> {
          if (mayNotSend(ctx, role)) {
            return;
          }
          try {
            signIn.tell(ctx, new BrowserSessions.Note(true, act.run(ctx, who(ctx))));
            ctx.redirect(back.apply(ctx), HttpStatus.SEE_OTHER);
          } catch (Refusal e) {
            signIn.tell(ctx, new BrowserSessions.Note(false, String.valueOf(e.getMessage())));
            String from = ctx.formParam("from");
            ctx.redirect(
                from != null && from.startsWith("/ui/") ? from : back.apply(ctx),
                HttpStatus.SEE_OTHER);
          }
        }));
  }

  /**
   * A form whose answer is a page: one that shows a secret once, or what something would do.
   *
   * @param role what it takes to send it
   */
  public Dashboard.Route answering(String path, Principal.Role role, Handler handler) {
    return new Dashboard.Route(
        HandlerType.POST,
        path,
        Dashboard.Access.SIGNED_IN,
        guarded(ctx -> {
          if (!mayNotSend(ctx, role)) {
            handler.handle(ctx);
          }
        }));
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
    if (who.role().compareTo(role) < 0) {
      trail.refused(
          who.owner(),
          Sources.of(ctx),
          "denied",
          ctx.path(),
          ctx.method() + " needs the role " + role.word() + ", not " + who.role().word());
      refused(
          ctx,
          HttpStatus.FORBIDDEN,
          "FORBIDDEN",
          "Your token is a "
              + who.role().word()
              + "'s, and this asks for one of an "
              + role.word()
              + ". Ask somebody who has one.");
      return true;
    }
    return false;
  }

  private Handler guarded(Handler handler) {
    return ctx -> {
      Html.secure(ctx);
      if (signIn.who(ctx).isEmpty()) {
        ctx.redirect("/ui/sign-in", HttpStatus.SEE_OTHER);
        return;
      }
      try {
        handler.handle(ctx);
      } catch (Refusal e) {
        refused(ctx, status(e.kind()), e.code(), String.valueOf(e.getMessage()));
      } catch (StoreException e) {
        DiskTrouble trouble = DiskTrouble.of(e).orElseThrow(() -> e);
        HttpStatus status = HttpStatus.forStatus(ErrorMapping.status(trouble));
        refused(ctx, status, trouble.code(), trouble.sentence());
      }
    };
  }

  /** How HTTP says it. */
  public static HttpStatus status(Refusal.Kind kind) {
    return switch (kind) {
      case MALFORMED -> HttpStatus.BAD_REQUEST;
      case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
      case FORBIDDEN -> HttpStatus.FORBIDDEN;
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case CONFLICT -> HttpStatus.CONFLICT;
      case INVALID -> HttpStatus.UNPROCESSABLE_CONTENT;
      case TOO_MANY -> HttpStatus.TOO_MANY_REQUESTS;
      case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
    };
  }

  private void refused(Context ctx, HttpStatus status, String code, String detail) {
    show(ctx, status, "refused.jte", new Html.Refused(frame(ctx), code, detail));
  }

  /** Who is signed in, with where the request comes from. */
  public Principal who(Context ctx) {
    return signIn
        .who(ctx)
        .orElseThrow(() -> new NoSuchElementException("nobody is signed in with " + ctx.path()));
  }

  /** What surrounds the page. Takes the word that was left for it. */
  public Html.Frame frame(Context ctx) {
    return signIn.frame(ctx);
  }

  /** The browsers that the reader is signed in with. */
  public List<BrowserSessions.SignedInBrowser> sessions(Context ctx) {
    return signIn.sessions(ctx);
  }

  /** Writes a page. */
  public void show(Context ctx, HttpStatus status, String template, Object view) {
    html.page(ctx, status, template, view);
  }

  /** The server's time. */
  public Instant now() {
    return clock.instant();
  }
}
