package dev.pullcord.server.api;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.operations.InvitationOperations;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.token.ApiTokens;
import io.javalin.http.Context;
import java.util.List;

/** The part of the people's API that says who gets in. */
public final class AccessApi {
  private final ApiTokens tokens;
  private final Invitations invitations;
  private final InvitationOperations operations;

  /**
   * The API over these.
   *
   * @param tokens of people and scripts
   * @param invitations of nodes, that are there
   * @param operations checks and makes invitations
   */
  public AccessApi(ApiTokens tokens, Invitations invitations, InvitationOperations operations) {
    this.tokens = tokens;
    this.invitations = invitations;
    this.operations = operations;
  }

  /** Its routes. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/invitations", "Invitations without their secrets.")
            .note("Used and expired ones are kept for a month.")
            .answers(InvitationView.All.class, _ -> new InvitationView.All(invitations.list())),
        ApiRoute.post("/api/v1/invitations", "Make a join token; it is shown only now.")
            .makes(
                Invitation.Request.class,
                Invitation.class,
                (ctx, body) -> operations.create(Caller.person(ctx), body)),
        ApiRoute.delete("/api/v1/invitations/{id}", "Revoke an invitation.")
            .note("No node joins with it any more; those that have stay.")
            .with(ApiParameter.path("id", "The invitation's id."))
            .does(ctx -> invitations.revoke(Caller.person(ctx), ctx.pathParam("id"))),
        ApiRoute.get("/api/v1/tokens", "The tokens of people and scripts, without their secrets.")
            .answers(TokenView.All.class, _ -> new TokenView.All(tokens.list())),
        ApiRoute.post("/api/v1/tokens", "Make a token; it is shown only now.")
            .makes(TokenView.Request.class, TokenView.Made.class, this::create),
        ApiRoute.delete("/api/v1/tokens/{name}", "Revoke a token: it stops working at once.")
            .with(ApiParameter.path("name", "The token's name."))
            .does(ctx -> tokens.revoke(Caller.person(ctx), ctx.pathParam("name"))));
  }

  private TokenView.Made create(Context ctx, TokenView.Request body) {
    ctx.header("Cache-Control", "no-store");
    return tokens.create(Caller.person(ctx), body);
  }
}
