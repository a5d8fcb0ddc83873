package dev.pullcord.server.metrics;

import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /healthz}: the process answers. {@code /readyz}: every component's own cheap check passes.
 * Both are anonymous and say nothing but {@code ok}, or which component is not.
 */
public final class HealthEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(HealthEndpoint.class);

  private final List<Check> checks;

  /** With these checks. */
  public HealthEndpoint(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /**
   * A component's own check.
   *
   * @param component its name, shown to everybody
   * @param probe throws when the component does not work
   */
  public record Check(String component, Probe probe) {}

  /** Something quick that fails when the component does not work. */
  @FunctionalInterface
  public interface Probe {
    /** Throws if the component does not work. */
    void run() throws Exception;
  }

  /** Adds the routes. */
  public void routes(JavalinDefaultRoutingApi routes) {
    routes.get("/healthz", ctx -> ctx.contentType("text/plain").result("ok\n"));
    routes.get("/readyz", this::ready);
  }

  private void ready(Context ctx) {
    StringBuilder broken = new StringBuilder();
    for (Check check : checks) {
      try {
        check.probe().run();
      } catch (Exception e) {
        LOG.warn("{} is not ready", check.component(), e);
        broken.append(check.component()).append(" is not ready\n");
      }
    }
    ctx.contentType("text/plain");
    if (broken.isEmpty()) {
      ctx.result("ok\n");
    } else {
      ctx.status(503).result(broken.toString());
    }
  }
}
