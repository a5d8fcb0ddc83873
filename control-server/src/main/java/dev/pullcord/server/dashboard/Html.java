package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.server.dashboard.session.BrowserSessions;
import dev.pullcord.server.security.Principal;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes pages: the templates, compiled at build time, and the headers that go with each. */
public final class Html {
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
          + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

  private final UpstreamLinks links;
  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Html.class.getClassLoader(), Html.class.getPackageName());

  /**
   * What surrounds every page.
   *
   * @param who null while nobody is signed in
   * @param form the token of its forms
   * @param note what became of the form before; null when there is nothing to say
   * @param links where it leads to outside of this server
   */
  public record Frame(
      Dashboard.Addresses addresses,
      StaticFiles files,
      @Nullable Principal who,
      String form,
      BrowserSessions.@Nullable Note note,
      UpstreamLinks links) {
    /** What tells this fleet from others. */
    public FleetBadge badge() {
      return addresses.badge();
    }

    /** Whether the reader may steer the fleet. */
    public boolean steers() {
      return may(Principal.Role.OPERATOR);
    }

    /** Whether the reader may do what asks for this role. */
    public boolean may(Principal.Role role) {
      return who != null && who.role().compareTo(role) >= 0;
    }

    /** The pages in the head of every page. */
    public List<Section> sections() {
      return SECTIONS.stream()
          .filter(s -> may(s.role()) && (!s.equals(REPOSITORY) || links.mirrored()))
          .toList();
    }
  }

  /**
   * An entry of the navigation.
   *
   * @param name what it says
   * @param path where it leads
   * @param role for whom it is
   */
  public record Section(String name, String path, Principal.Role role) {}

  /** Only where the repository lives elsewhere. */
  private static final Section REPOSITORY =
      new Section("Repository", "/ui/repository", Principal.Role.VIEWER);

  private static final List<Section> SECTIONS =
      List.of(
          new Section("Fleet", "/ui", Principal.Role.VIEWER),
          new Section("Deployments", "/ui/deployments", Principal.Role.VIEWER),
          REPOSITORY,
          new Section("Pins", "/ui/pins", Principal.Role.VIEWER),
          new Section("Actions", "/ui/actions", Principal.Role.VIEWER),
          new Section("Logs", "/ui/logs", Principal.Role.OPERATOR),
          new Section("Invitations", "/ui/invitations", Principal.Role.ADMIN),
          new Section("Tokens", "/ui/tokens", Principal.Role.ADMIN),
          new Section("Alerts", "/ui/alerts", Principal.Role.VIEWER),
          new Section("Audit", "/ui/audit", Principal.Role.OPERATOR),
          new Section("Settings", "/ui/settings", Principal.Role.VIEWER));

  /**
   * The sign-in form.
   *
   * @param message why it is shown again
   * @param next the page that was asked for, to go on to
   */
  record SignInForm(Frame frame, @Nullable String message, String next) {}

  /**
   * A page that goes on to the one that was asked for.
   *
   * @param path of the sign-in, which leads there
   */
  record Again(StaticFiles files, String path) {}

  /**
   * A page in place of the one that was asked for.
   *
   * @param status of HTTP
   * @param code our own stable word
   * @param detail what is wrong, and what to do
   * @param request by which the server's log knows it; null where that helps nobody
   */
  record Refused(Frame frame, int status, String code, String detail, @Nullable String request) {
    /** Codes within the sentence are for programs. */
    Refused {
      detail = detail.isEmpty() ? "The server says no more about it." : CodedText.sentence(detail);
    }

    String title() {
      return switch (status) {
        case 403 -> "Not allowed";
        case 404 -> "Not found";
        case 405 -> "Not that way";
        case 500 -> "Something broke here";
        case 503, 507 -> "Not now";
        default -> "Refused";
      };
    }

    /** The page that lists those that are there; null where that is the fleet's. */
    @Nullable ListLink list() {
      return switch (code) {
        case "DEPLOYMENT_MISSING" -> new ListLink("To the deployments", "/ui/deployments");
        case "RUN_MISSING" -> new ListLink("To the actions and their runs", "/ui/actions");
        default -> null;
      };
    }

    /** A link to such a page. */
    record ListLink(String text, String path) {}

    /** Whether looking for something else may help. */
    boolean missing() {
      return status == 404;
    }
  }

  /** Pages of a repository that lives here. */
  public Html() {
    this(UpstreamLinks.NONE);
  }

  /** Pages that lead there. */
  Html(UpstreamLinks links) {
    this.links = links;
  }

  /** Where they lead to outside of this server. */
  UpstreamLinks links() {
    return links;
  }

  /** A template with a view in it. */
  public String text(String template, Object view) {
    StringOutput output = new StringOutput();
    engine.render(template, view, output);
    return output.toString();
  }

  /** A template with several values in it, by name. */
  public String text(String template, Map<String, Object> values) {
    StringOutput output = new StringOutput();
    engine.render(template, values, output);
    return output.toString();
  }

  /** Answers with a page. */
  void page(Context ctx, HttpStatus status, String template, Object view) {
    ctx.status(status).contentType("text/html; charset=utf-8");
    Gzip.page(ctx, text(template, view));
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
