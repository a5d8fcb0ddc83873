package dev.pullcord.server.api;

import dev.pullcord.server.alert.Alerts;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.githost.comparison.History;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.metrics.HealthEndpoint;
import dev.pullcord.server.metrics.ServerMetrics;
import dev.pullcord.server.mirror.UpstreamMirror;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.operations.Operations;
import dev.pullcord.server.operations.hold.Holds;
import dev.pullcord.server.peers.KnownServers;
import dev.pullcord.server.peers.ServersApi;
import dev.pullcord.server.plan.FleetPlan;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.view.FleetReader;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lists every route of the people's API. A server and the server of the tests are both made of this
 * list, so a route is added to the class of its subject and to {@code security.Permissions}, and
 * nowhere else.
 */
public final class PeoplesApi {
  private PeoplesApi() {}

  /** What the API shows. */
  public record Sources(
      String version,
      FleetReader fleet,
      RepositoryStore repository,
      Optional<UpstreamMirror> mirror,
      KnownServers servers,
      AuditLog audit) {}

  /** What the API changes. */
  public record Changes(
      Operations operations,
      Holds holds,
      Gates gates,
      ApiTokens tokens,
      Invitations invitations,
      Alerts alerts) {}

  /** What answers for longer than a moment. */
  public record Streams(FleetEvents events, LogApi logs, RunApi runs) {}

  /** All routes, without the one of the document that is made of them. */
  public static List<ApiRoute> routes(
      Sources shown, Changes to, Streams streams, ServerMetrics metrics, HealthEndpoint health) {
    FleetReader fleet = shown.fleet();
    RepositoryStore repository = shown.repository();
    Operations operations = to.operations();
    FleetPlan plan = new FleetPlan(fleet, repository, new History(repository));
    return Stream.of(
            new OperatorApi(fleet, operations, shown.version(), repository.name()).routes(),
            new HoldApi(fleet, to.holds(), to.gates()).routes(),
            new AccessApi(to.tokens(), to.invitations(), operations.invitations()).routes(),
            new AuditApi(shown.audit()).routes(),
            new PlanApi(plan).routes(),
            new UpstreamApi(shown.mirror()).routes(),
            new AlertApi(to.alerts()).routes(),
            new ServersApi(shown.servers()).routes(),
            streams.events().routes(),
            streams.logs().routes(),
            streams.runs().routes(),
            metrics.routes(),
            health.routes())
        .flatMap(List::stream)
        .toList();
  }
}
