package dev.pullcord.server.dashboard;

import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.dashboard.session.BrowserCookies;
import dev.pullcord.server.dashboard.session.BrowserSessions;
import dev.pullcord.server.dashboard.session.Forms;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.Sources;
import dev.pullcord.server.security.limit.FailedSignIns;
import dev.pullcord.server.security.token.TokenCheck;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signing in and out. Every token that does not work gets the same page; when too many came before
 * it the status says so.
 */
final class SignIn {
  private static final Logger log = LoggerFactory.getLogger(SignIn.class);
  private static final int TOKEN_LENGTH_MAX = 512;
  private static final String HOME = "/ui";
  private static final String WALL = "/ui/wall";
  private static final int NEXT_LENGTH_MAX = 2000;
  private static final Pattern OUR_PAGE = Pattern.compile("/ui(?:[/?][!-\\[\\]-~]*)?");
  private static final String WRONG =
      "That token does not work here. Check that it was copied whole, and that it is not revoked"
          + " or expired.";

  private final TokenCheck tokens;
  private final AuditTrail trail;
  private final BrowserSessions sessions;
  private final FailedSignIns failures;
  private final Forms forms = new Forms();
  private final BrowserCookies cookies;
  private final Html html;
  private final Dashboard.Addresses addresses;
  private final StaticFiles files;

  SignIn(
      TokenCheck tokens,
      AuditTrail trail,
      BrowserSessions sessions,
      FailedSignIns failures,
      Html html,
      Dashboard.Addresses addresses,
      StaticFiles files) {
    this.tokens = tokens;
    this.trail = trail;
    this.sessions = sessions;
    this.failures = failures;
    this.html = html;
    this.addresses = addresses;
    this.files = files;
    this.cookies = new BrowserCookies(addresses.secure());
  }

  /** Whose session the cookie of a request is; using a session prolongs it. */
  Optional<Principal> find(Context ctx) {
    String cookie = cookie(ctx);
    return cookie == null
        ? Optional.empty()
        : sessions.find(cookie).map(who -> who.from(Sources.of(ctx)));
  }

  /** The value of the session's cookie. */
  @Nullable String cookie(Context ctx) {
    return cookies.session(ctx);
  }

  Html.Frame frame(Context ctx) {
    return frame(ctx, Caller.signedIn(ctx).orElse(null));
  }

  Html.Frame frame(Context ctx, @Nullable Principal who) {
    String cookie = cookie(ctx);
    return new Html.Frame(
        addresses,
        files,
        who,
        cookie == null || cookie.isEmpty() ? "" : forms.token(cookie),
        cookie == null || ctx.header("HX-Request") != null ? null : sessions.takeNote(cookie),
        html.links());
  }

  /** What surrounds a part of a page that is the same for every reader. */
  Html.Frame bareFrame() {
    return new Html.Frame(addresses, files, null, "", null, html.links());
  }

  /** Whether a session has not ended. */
  boolean lasts(String session) {
    return sessions.find(session).isPresent();
  }

  void form(Context ctx) {
    Optional<Principal> who = Caller.signedIn(ctx);
    if (who.isPresent()) {
      ctx.redirect(home(who.get(), next(ctx.queryParam("next"))), HttpStatus.SEE_OTHER);
      return;
    }
    show(ctx, HttpStatus.OK, null, next(ctx.queryParam("next")));
  }

  /**
   * Leads whoever asked for a page without a session to the sign-in. A browser that follows a link
   * of another site keeps the session's cookie back; it is given a page of ours that asks again,
   * and the sign-in leads whoever has a session to where he wanted to go.
   */
  void lead(Context ctx) {
    boolean follows =
        ctx.method().equals(HandlerType.GET)
            && cookie(ctx) == null
            && "cross-site".equals(ctx.header("Sec-Fetch-Site"));
    if (follows) {
      html.page(ctx, HttpStatus.OK, "again.jte", new Html.Again(files, pathFor(ctx)));
    } else {
      ctx.redirect(pathFor(ctx), HttpStatus.SEE_OTHER);
    }
  }

  /** Where somebody signs in who asked for a page without that, with the way back to it. */
  private static String pathFor(Context ctx) {
    if (!ctx.method().equals(HandlerType.GET)) {
      return "/ui/sign-in"; // a form is not sent a second time
    }
    String asked = ctx.path() + (ctx.queryString() == null ? "" : "?" + ctx.queryString());
    return next(asked).equals(HOME)
        ? "/ui/sign-in"
        : "/ui/sign-in?next=" + URLEncoder.encode(asked, StandardCharsets.UTF_8);
  }

  /** A page of ours, or the first one: whoever made the link must not lead people elsewhere. */
  private static String next(@Nullable String asked) {
    return asked != null && asked.length() <= NEXT_LENGTH_MAX && OUR_PAGE.matcher(asked).matches()
        ? asked
        : HOME;
  }

  void signIn(Context ctx) {
    if (!forms.ours(ctx, cookies.form(ctx))) {
      refuse(ctx);
      return;
    }
    String next = next(ctx.formParam("next"));
    String token = Optional.ofNullable(ctx.formParam("token")).orElse("").strip();
    Optional<Principal> who = owner(ctx, token);
    if (who.isEmpty()) {
      boolean many = failures.failed(token, ctx.ip());
      trail.refused(AuditTrail.UNKNOWN, Sources.of(ctx), "sign-in.failed", "dashboard", why(many));
      log.info("a sign-in from {} was refused", ctx.ip());
      if (many) {
        ctx.header("Retry-After", String.valueOf(FailedSignIns.WINDOW.toSeconds()));
      }
      show(ctx, many ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.UNAUTHORIZED, WRONG, next);
      return;
    }
    end(ctx);
    Principal principal = who.get().from(Sources.of(ctx));
    cookies.begin(
        ctx,
        sessions.begin(principal, () -> tokens.works(token), tokens.id(token).orElse(null)),
        (int) BrowserSessions.life(principal).toSeconds());
    trail.done(principal.owner(), principal.from(), "sign-in", "dashboard", null, null);
    log.info("{} signed in from {}", who.get().owner(), ctx.ip());
    ctx.redirect(home(principal, next), HttpStatus.SEE_OTHER);
  }

  /** A screen on a wall has one page. */
  private static String home(Principal who, String next) {
    return who.role() == Principal.Role.WALL && !next.startsWith(WALL) ? WALL : next;
  }

  /** Whose token it is. One from an address opens the wall alone: no link signs others in. */
  private Optional<Principal> owner(Context ctx, String token) {
    Optional<Principal> who =
        token.length() <= TOKEN_LENGTH_MAX ? tokens.authenticate(token) : Optional.empty();
    return ctx.formParam("screen") == null ? who : who.filter(p -> p.role() == Principal.Role.WALL);
  }

  private static String why(boolean many) {
    return many ? "too many wrong ones before it" : "the token does not work here";
  }

  void signOut(Context ctx) {
    if (!forms.ours(ctx, cookie(ctx))) {
      refuse(ctx);
      return;
    }
    Caller.signedIn(ctx).ifPresent(who -> signedOut(who, "one browser"));
    end(ctx);
    cookies.end(ctx);
    ctx.redirect("/ui/sign-in", HttpStatus.SEE_OTHER);
  }

  /** Whether the request is one of our forms, sent by its reader. */
  boolean ours(Context ctx) {
    return forms.ours(ctx, cookie(ctx));
  }

  /** Leaves a word for the next page. */
  void tell(Context ctx, BrowserSessions.Note note) {
    String cookie = cookie(ctx);
    if (cookie != null) {
      sessions.tell(cookie, note);
    }
  }

  /** The browsers of whoever asks. */
  List<BrowserSessions.SignedInBrowser> sessions(Context ctx) {
    String cookie = cookie(ctx);
    return cookie == null
        ? List.of()
        : Caller.signedIn(ctx).map(who -> sessions.of(who.owner(), cookie)).orElse(List.of());
  }

  /** Signs all browsers of whoever asks out but the one that asks. */
  void signOutOthers(Context ctx) {
    String cookie = cookie(ctx);
    if (cookie == null || !ours(ctx)) {
      refuse(ctx);
      return;
    }
    Caller.signedIn(ctx)
        .ifPresent(who -> {
          int others = sessions.endOthers(who.owner(), cookie);
          if (others > 0) {
            signedOut(who, others == 1 ? "one other browser" : others + " other browsers");
          }
          tell(ctx, new BrowserSessions.Note(true, "You are signed in with this browser alone."));
        });
    ctx.redirect("/ui/settings", HttpStatus.SEE_OTHER);
  }

  /** Signs all browsers of whoever asks out. */
  void signOutEverywhere(Context ctx) {
    if (!ours(ctx)) {
      refuse(ctx);
      return;
    }
    Caller.signedIn(ctx).ifPresent(who -> signedOut(who, browsers(sessions.endAll(who.owner()))));
    cookies.end(ctx);
    ctx.redirect("/ui/sign-in", HttpStatus.SEE_OTHER);
  }

  private void signedOut(Principal who, String what) {
    trail.done(who.owner(), who.from(), "sign-out", what, null, null);
  }

  private static String browsers(int count) {
    return count == 1 ? "one browser" : count + " browsers";
  }

  private void end(Context ctx) {
    String cookie = cookie(ctx);
    if (cookie != null) {
      sessions.end(cookie);
    }
  }

  private void show(Context ctx, HttpStatus status, @Nullable String message, String next) {
    String form = forms.token(cookies.formOrNew(ctx));
    Html.Frame frame = new Html.Frame(addresses, files, null, form, null, html.links());
    html.page(ctx, status, "signIn.jte", new Html.SignInForm(frame, message, next));
  }

  void refuse(Context ctx) {
    trail.refused(
        Caller.signedIn(ctx).map(Principal::owner).orElse(AuditTrail.UNKNOWN),
        Sources.of(ctx),
        "form.refused",
        ctx.path(),
        "not from a page of this server, or from one that was opened too long ago");
    html.page(
        ctx,
        HttpStatus.FORBIDDEN,
        "refused.jte",
        new Html.Refused(
            frame(ctx),
            HttpStatus.FORBIDDEN.getCode(),
            "CSRF",
            "The form did not come from this server's own page, or that page was opened too long"
                + " ago. Open it anew and send it again.",
            null));
  }
}
