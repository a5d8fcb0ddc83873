package dev.pullcord.server.dashboard.settings;

import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.dashboard.session.BrowserSessions;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this server is, and who the reader is. It changes nothing of the server. */
public final class SettingsPages implements Pages {
  private final Supplier<List<Fact.Group>> server;
  private final ApiTokens tokens;

  /**
   * The page.
   *
   * @param server what holds for this server, as of now
   * @param tokens among them the reader's
   */
  public SettingsPages(Supplier<List<Fact.Group>> server, ApiTokens tokens) {
    this.server = server;
    this.tokens = tokens;
  }

  /**
   * The page.
   *
   * @param token the reader's; null when it is gone by now
   * @param sessions the reader's browsers, the newest first
   */
  record View(
      Html.Frame frame,
      Principal who,
      @Nullable TokenView token,
      List<BrowserSessions.SignedInBrowser> sessions,
      List<Fact.Group> server,
      Instant now) {
    Moment moment(Instant at) {
      return new Moment(at);
    }

    String may() {
      return switch (who.role()) {
        case WALL -> "look at the wall";
        case VIEWER -> "look, and clone";
        case OPERATOR -> "also push, pin, follow and retry, and read the audit log";
        case ADMIN -> "also invite and remove nodes, and make and revoke tokens";
      };
    }

    String from(BrowserSessions.SignedInBrowser session) {
      return session.from() == null ? "" : session.from().address();
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(support.page("/ui/settings", ctx -> show(support, ctx)));
  }

  private void show(PageSupport support, Context ctx) {
    Principal who = support.who(ctx);
    TokenView token =
        tokens.list().stream().filter(t -> t.name().equals(who.owner())).findFirst().orElse(null);
    support.show(
        ctx,
        HttpStatus.OK,
        "settings/settings.jte",
        new View(
            support.frame(ctx), who, token, support.sessions(ctx), server.get(), support.now()));
  }
}
