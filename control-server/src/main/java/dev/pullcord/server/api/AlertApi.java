package dev.pullcord.server.api;

import dev.pullcord.protocol.api.AlertsView;
import dev.pullcord.server.alert.Alerts;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.security.Caller;
import java.util.List;

/** {@code /api/v1/alerts}: who is told outside, and what waits to be told. */
public final class AlertApi {
  private static final ApiParameter RECEIVER = ApiParameter.path("name", "The receiver.");
  private static final ApiParameter MESSAGE = ApiParameter.pathNumber("id", "The message.");

  private final Alerts alerts;

  /** Over those alerts. */
  public AlertApi(Alerts alerts) {
    this.alerts = alerts;
  }

  /** Its routes. */
  public List<ApiRoute> routes() {
    return List.of(
        ApiRoute.get("/api/v1/alerts", "Receivers of alerts, and the newest messages to them.")
            .answers(AlertsView.class, _ -> alerts.view()),
        ApiRoute.post("/api/v1/alerts/receivers/{name}/test", "Tell a receiver that this works.")
            .note("The answer comes when the receiver has answered, or after half a minute.")
            .with(RECEIVER)
            .answers(
                AlertsView.Test.class,
                ctx -> alerts.test(Caller.person(ctx), ctx.pathParam("name"))),
        ApiRoute.post("/api/v1/alerts/messages/{id}/retry", "Try a message again now.")
            .note("It is tried for another day. One that was delivered is not sent again.")
            .with(MESSAGE)
            .answers(
                AlertsView.Message.class,
                ctx -> alerts.retry(Caller.person(ctx), Parameters.id(ctx, "id"))));
  }
}
