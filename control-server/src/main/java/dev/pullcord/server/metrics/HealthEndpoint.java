package dev.pullcord.server.metrics;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.refusal.ProblemMapping;
import io.javalin.http.Context;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code /healthz}: the process answers. {@code /readyz}: it does its work, the store is really
 * written. Both are anonymous and say nothing but {@code ok}, or what is stuck.
 */
public final class HealthEndpoint {
  private final HealthChecks checks;

  /** With these checks. */
  public HealthEndpoint(HealthChecks checks) {
    this.checks = checks;
  }

  /** Its routes. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/healthz", "The process answers.")
            .sends("text/plain", "Done.", ctx -> ctx.contentType("text/plain").result("ok\n")),
        ApiRoute.get("/readyz", "Every component works.")
            .sends("text/plain", "Done.", this::ready));
  }

  private void ready(Context ctx) {
    List<HealthChecks.Problem> found = checks.problems();
    if (found.isEmpty()) {
      ctx.contentType("text/plain").result("ok\n");
      return;
    }
    String text = found.stream().map(HealthChecks.Problem::text).collect(Collectors.joining("; "));
    String requestId = ctx.attribute(ProblemAnswers.REQUEST_ID);
    Problem problem = ProblemMapping.of(503, found.getFirst().code(), text, null, requestId);
    ctx.status(503).header("Retry-After", "5");
    ctx.contentType(Problem.MEDIA_TYPE).result(PullcordJson.write(problem) + "\n");
  }
}
