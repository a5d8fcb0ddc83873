package dev.pullcord.server.dashboard.session;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The two cookies of a browser: its session, and before that a random value that ties the form of
 * the sign-in to it. They have names of their own, so that a page which was asked for without the
 * session's cookie does not end the session. Tabs share the one of the form: each keeps the value
 * that is there, or the last one opened would be the only one that works.
 *
 * @param secure whether browsers send them with TLS alone
 */
public record BrowserCookies(boolean secure) {
  private static final Pattern RANDOM = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final int UNTIL_IT_CLOSES = -1;

  /** The value of the session's; null without one. */
  public @Nullable String session(Context ctx) {
    return ctx.cookie(name());
  }

  /** The value of the form's; null without one. */
  public @Nullable String form(Context ctx) {
    return ctx.cookie(formName());
  }

  /** The same, made now if there is none. */
  public String formOrNew(Context ctx) {
    String given = form(ctx);
    if (given != null && RANDOM.matcher(given).matches()) {
      return given;
    }
    String made = BrowserSessions.random();
    set(ctx, formName(), made, UNTIL_IT_CLOSES);
    return made;
  }

  /** Gives the browser that session. */
  public void begin(Context ctx, String session, int seconds) {
    set(ctx, name(), session, seconds);
  }

  /** Takes the session's away. */
  public void end(Context ctx) {
    set(ctx, name(), "", 0);
  }

  private String name() {
    return secure ? "__Host-pullcord" : "pullcord";
  }

  private String formName() {
    return name() + "-form";
  }

  private void set(Context ctx, String name, String value, int seconds) {
    // The __Host- prefix asks for this path; the server reads the cookies under /ui alone.
    ctx.cookie(new Cookie(name, value, "/", seconds, secure, true, null, SameSite.STRICT));
  }
}
