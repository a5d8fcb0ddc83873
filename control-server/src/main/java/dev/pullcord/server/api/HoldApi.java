package dev.pullcord.server.api;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.operations.OrderChecks;
import dev.pullcord.server.operations.hold.Holds;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.view.FleetReader;
import io.javalin.http.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The people's API of freezes, rollbacks and open gates. */
public final class HoldApi {
  private static final ApiParameter REF = ApiParameter.path("ref", "The branch.");

  private final FleetReader fleet;
  private final Holds holds;
  private final Gates gates;

  /** The API over a fleet. */
  public HoldApi(FleetReader fleet, Holds holds, Gates gates) {
    this.fleet = fleet;
    this.holds = holds;
    this.gates = gates;
  }

  /** Its routes. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/freezes", "Freezes in force.")
            .answers(FreezeView.All.class, _ -> new FreezeView.All(fleet.freezes())),
        ApiRoute.put("/api/v1/freezes", "Let nothing new be activated for a while.")
            .note("A freeze of the same branch and selector is replaced.")
            .answers(
                FreezeView.Request.class,
                FreezeView.class,
                (ctx, body) -> holds.freezes().freeze(Caller.person(ctx), body)),
        ApiRoute.delete("/api/v1/freezes", "End a freeze.")
            .with(
                ApiParameter.query("ref", "Its branch; every branch when left out."),
                ApiParameter.query("selector", "Its labels; every node when left out."),
                ApiParameter.query(
                    "created", "Refused where it was made at another moment: its createdAt."))
            .does(ctx ->
                holds
                    .freezes()
                    .unfreeze(
                        Caller.person(ctx),
                        ctx.queryParam("ref"),
                        ctx.queryParam("selector"),
                        Parameters.moment(ctx, "created"))),
        ApiRoute.get("/api/v1/gates", "Gates that are open: pushes whose canaries try a commit.")
            .answers(OpenGateView.All.class, _ -> new OpenGateView.All(fleet.gates())),
        ApiRoute.delete("/api/v1/gates", "End a gate before its push does.")
            .note("Its canaries go back, and its push is refused.")
            .with(
                ApiParameter.query("ref", "Its branch."),
                ApiParameter.query("commit", "Refused where it tries another commit; 40 digits."))
            .does(ctx -> gates.end(branch(ctx), Caller.person(ctx), commit(ctx))),
        ApiRoute.post("/api/v1/refs/<ref>/rollback", "Go back to an earlier commit of the branch.")
            .note("It holds until a newer commit is pushed.")
            .with(REF)
            .answers(
                RollbackView.Request.class,
                RollbackView.class,
                (ctx, body) ->
                    holds.rollbacks().rollback(Caller.person(ctx), ctx.pathParam("ref"), body)),
        ApiRoute.delete("/api/v1/refs/<ref>/rollback", "End a rollback.")
            .with(REF)
            .does(ctx -> holds.rollbacks().end(Caller.person(ctx), ctx.pathParam("ref"))));
  }

  private static @Nullable CommitId commit(Context ctx) {
    String commit = ctx.queryParam("commit");
    try {
      return commit == null ? null : new CommitId(commit);
    } catch (IllegalArgumentException e) {
      throw OrderChecks.malformed("commit", "commit: " + e.getMessage());
    }
  }

  private static String branch(Context ctx) {
    return OrderChecks.branch("ref", ctx.queryParam("ref"));
  }
}
