package dev.pullcord.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.security.ApiTokens;
import dev.pullcord.server.security.Caller;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;

/** The part of the people's API that says who gets in. */
public final class AccessApi {
  private final ApiTokens tokens;
  private final Invitations invitations;

  /**
   * The API over these.
   *
   * @param tokens of people and scripts
   * @param invitations of nodes
   */
  public AccessApi(ApiTokens tokens, Invitations invitations) {
    this.tokens = tokens;
    this.invitations = invitations;
  }

  /** Adds the routes. */
  public void routes(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/tokens", ctx -> json(ctx, new TokenView.All(tokens.list())));
    routes.post("/api/v1/tokens", this::create);
    routes.delete("/api/v1/tokens/{name}", this::revoke);
    routes.get("/api/v1/invitations", ctx -> json(ctx, new InvitationView.All(invitations.list())));
    routes.delete("/api/v1/invitations/{id}", this::revokeInvitation);
  }

  private void create(Context ctx) {
    TokenView.Request body = Bodies.read(ctx, TokenView.Request.class);
    ctx.header("Cache-Control", "no-store");
    json(ctx.status(201), tokens.create(Caller.person(ctx), body));
  }

  private void revoke(Context ctx) {
    tokens.revoke(Caller.person(ctx), ctx.pathParam("name"));
    ctx.status(204);
  }

  private void revokeInvitation(Context ctx) {
    invitations.revoke(Caller.person(ctx), ctx.pathParam("id"));
    ctx.status(204);
  }

  private static void json(Context ctx, Object value) {
    ctx.contentType("application/json").result(PullcordJson.write(value).getBytes(UTF_8));
  }
}
