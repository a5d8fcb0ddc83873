package dev.pullcord.server.api;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.RolloutAct;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.operations.RolloutOperations;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.view.FleetReader;
import java.util.List;
import java.util.Optional;

/** Rollouts in the people's API: how far they are, and the orders that they take. */
final class RolloutApi {
  private static final ApiParameter REF =
      ApiParameter.path("ref", "The branch, or the number of a deployment.");
  private static final ApiParameter BRANCH = ApiParameter.path("ref", "The branch.");

  private final FleetReader fleet;
  private final RolloutOperations operations;

  RolloutApi(FleetReader fleet, RolloutOperations operations) {
    this.fleet = fleet;
    this.operations = operations;
  }

  List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/rollouts", "Rollouts of the newest deployments, by branch.")
            .answers(RolloutView.All.class, _ -> new RolloutView.All(fleet.rollouts())),
        ApiRoute.get("/api/v1/rollouts/<ref>", "How far a deployment has spread, wave by wave.")
            .with(REF)
            .answers(RolloutView.class, ctx -> rollout(ctx.pathParam("ref"))),
        order(RolloutAct.PAUSE, "Give the commit to no further node."),
        order(RolloutAct.RESUME, "Go on; failures that halted it count no more."),
        order(RolloutAct.PROMOTE, "Let the others go without waiting for canaries."));
  }

  private ApiRoute order(RolloutAct act, String summary) {
    return ApiRoute.post("/api/v1/rollouts/<ref>/" + act.word(), summary)
        .with(BRANCH)
        .answers(
            RolloutView.Request.class,
            RolloutView.class,
            (ctx, body) -> operations.order(Caller.person(ctx), ctx.pathParam("ref"), act, body));
  }

  private RolloutView rollout(String ref) {
    Optional<Long> newest =
        fleet.deployments(ref, Long.MAX_VALUE, 1).stream().map(DeploymentView::id).findFirst();
    if (newest.isEmpty() && ref.matches("[0-9]{1,18}")) {
      newest = Optional.of(Long.parseLong(ref));
    }
    return newest
        .flatMap(fleet::rollout)
        .orElseThrow(
            () -> new Refusal(Refusal.Kind.NOT_FOUND, "ROLLOUT_MISSING", missing(ref), "ref"));
  }

  private String missing(String ref) {
    boolean isOld = ref.matches("[0-9]{1,18}") && fleet.deployment(Long.parseLong(ref)).isPresent();
    return isOld
        ? "how deployment %s spread is kept no more: the newest %d of a branch have that; how many"
                .formatted(ref, DeploymentTable.WITH_MEMBERS)
            + " nodes ended how says pullcord deployment "
            + ref
        : "there is no deployment of " + ref + "; pullcord deployments lists them";
  }
}
