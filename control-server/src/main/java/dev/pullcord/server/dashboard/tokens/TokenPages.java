package dev.pullcord.server.dashboard.tokens;

import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.refusal.ProblemMapping;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The page of people's tokens. A new token is in the answer to the form that made it and nowhere
 * else; what was typed stays in the form when the answer is no.
 */
public final class TokenPages implements Pages {
  private static final String TOKENS = "/ui/tokens";

  private final ApiTokens tokens;

  /** The page of these tokens. */
  public TokenPages(ApiTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * The page.
   *
   * @param made the token that was made just now
   * @param asked what the form says
   * @param problem why no token was made
   */
  record View(
      Html.Frame frame,
      List<TokenView> tokens,
      TokenView.@Nullable Made made,
      TokenView.Request asked,
      @Nullable String problem,
      Instant now) {
    Moment moment(Instant at) {
      return new Moment(at);
    }

    boolean expired(TokenView token) {
      return token.expiresAt() != null && !now.isBefore(token.expiresAt());
    }

    boolean own(TokenView token) {
      return frame.who() != null && frame.who().owner().equals(token.name());
    }

    String server() {
      return frame.addresses().people().toString();
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        support.page(TOKENS, ctx -> show(support, ctx, HttpStatus.OK, null, EMPTY, null)),
        support.answering(TOKENS, ctx -> create(support, ctx)),
        support.form(TOKENS + "/{name}/revoke", _ -> TOKENS, this::revoke));
  }

  private static final TokenView.Request EMPTY = new TokenView.Request("", "operator", "90d");

  private void create(PageSupport support, Context ctx) {
    TokenView.Request asked =
        new TokenView.Request(param(ctx, "name"), param(ctx, "role"), param(ctx, "ttl"));
    String ttl = asked.ttl();
    boolean never = ttl == null || ttl.isEmpty();
    try {
      TokenView.Made made =
          tokens.create(
              support.who(ctx),
              new TokenView.Request(asked.name(), asked.role(), never ? null : ttl));
      show(support, ctx, HttpStatus.CREATED, made, EMPTY, null);
    } catch (Refusal e) {
      show(
          support,
          ctx,
          HttpStatus.forStatus(ProblemMapping.status(e.kind())),
          null,
          asked,
          e.sentence());
    }
  }

  private void show(
      PageSupport support,
      Context ctx,
      HttpStatus status,
      TokenView.@Nullable Made made,
      TokenView.Request asked,
      @Nullable String problem) {
    View view = new View(support.frame(ctx), tokens.list(), made, asked, problem, support.now());
    support.show(ctx, status, "tokens/tokens.jte", view);
  }

  private String revoke(Context ctx, Principal who) {
    String name = ctx.pathParam("name");
    tokens.revoke(who, name);
    return "The token " + name + " is revoked: it works no more, here, in the CLI and with git.";
  }

  private static String param(Context ctx, String name) {
    return Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
  }
}
