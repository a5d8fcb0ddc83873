package dev.pullcord.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.plan.FleetPlan;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.view.Selector;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;

/** {@code GET /api/v1/plan?commit=&selector=}: what a commit would do to the fleet. */
public final class PlanApi {
  private final FleetPlan plan;

  /** Over that plan. */
  public PlanApi(FleetPlan plan) {
    this.plan = plan;
  }

  /** Adds the route. */
  public void routes(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/plan", this::plan);
  }

  private void plan(Context ctx) {
    Parameters.only(ctx, "commit", "selector");
    String commit = ctx.queryParam("commit");
    if (commit == null || commit.isBlank()) {
      throw new Refusal(
          Refusal.Kind.MALFORMED,
          "PARAMETER",
          "no commit; a branch, a tag or a commit of at least 7 digits expected",
          "commit");
    }
    String selector = ctx.queryParam("selector");
    Selector selected = selector == null ? Selector.ALL : Selector.parse(selector);
    ctx.contentType("application/json")
        .result(PullcordJson.write(plan.of(commit, selected)).getBytes(UTF_8));
  }
}
