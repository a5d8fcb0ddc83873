package dev.pullcord.server.dashboard;

import dev.pullcord.server.security.Principal;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes pages: the templates, compiled at build time, and the headers that go with each. */
final class Html {
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
          + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Html.class.getClassLoader(), Html.class.getPackageName());

  /**
   * What surrounds every page.
   *
   * @param who null while nobody is signed in
   * @param form the token of its forms
   */
  record Frame(
      Dashboard.Addresses addresses, StaticFiles files, @Nullable Principal who, String form) {}

  /** The fleet as of now. */
  record Fleet(Frame frame, FleetModel model, Instant now) {}

  /** One line of the nodes' table. */
  record Row(FleetModel.NodeRow node, Instant now) {}

  /**
   * The sign-in form.
   *
   * @param message why it is shown again
   */
  record SignInForm(Frame frame, @Nullable String message) {}

  /** The answer to a form that is not ours. */
  record Refused(Frame frame, String code, String detail) {}

  String text(String template, Object view) {
    StringOutput output = new StringOutput();
    engine.render(template, view, output);
    return output.toString();
  }

  void page(Context ctx, HttpStatus status, String template, Object view) {
    ctx.status(status).html(text(template, view));
  }

  /** On every answer under /ui, also on files and events: a worker takes its policy from them. */
  static void secure(Context ctx) {
    ctx.header("Content-Security-Policy", POLICY);
    ctx.header("Cache-Control", "no-store");
    ctx.header("X-Content-Type-Options", "nosniff");
    ctx.header("Referrer-Policy", "no-referrer");
    ctx.header("Cross-Origin-Opener-Policy", "same-origin");
    ctx.header("Cross-Origin-Resource-Policy", "same-origin");
  }
}
