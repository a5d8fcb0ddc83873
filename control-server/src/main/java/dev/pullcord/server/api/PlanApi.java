package dev.pullcord.server.api;

import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.plan.FleetPlan;
import dev.pullcord.server.refusal.Refusal;
import io.javalin.http.Context;
import java.util.List;

/** {@code GET /api/v1/plan?commit=&selector=}: what a commit would do to the fleet. */
public final class PlanApi {
  private final FleetPlan plan;

  /** Over that plan. */
  public PlanApi(FleetPlan plan) {
    this.plan = plan;
  }

  /** Its route. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get(
                "/api/v1/plan", "What a commit would do to the fleet, as far as the server knows.")
            .note("It changes nothing.")
            .with(
                ApiParameter.query("commit", "A branch, a tag, or a commit of at least 7 digits.")
                    .needed(),
                Parameters.SELECTOR)
            .answers(PlanView.class, this::plan));
  }

  private PlanView plan(Context ctx) {
    String commit = ctx.queryParam("commit");
    if (commit == null || commit.isBlank()) {
      throw new Refusal(
          Refusal.Kind.MALFORMED,
          "PARAMETER",
          "no commit; a branch, a tag or a commit of at least 7 digits expected",
          "commit");
    }
    return plan.of(commit, Parameters.selector(ctx));
  }
}
