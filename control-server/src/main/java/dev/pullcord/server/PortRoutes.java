package dev.pullcord.server;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.alert.Alerts;
import dev.pullcord.server.api.FleetEvents;
import dev.pullcord.server.api.LogApi;
import dev.pullcord.server.api.PeoplesApi;
import dev.pullcord.server.api.RunApi;
import dev.pullcord.server.channel.AgentStreams;
import dev.pullcord.server.channel.LogSources;
import dev.pullcord.server.commands.Version;
import dev.pullcord.server.config.HostLinks;
import dev.pullcord.server.config.ServerLimits;
import dev.pullcord.server.config.UpstreamConfig;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.desired.NeededCommits;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.githost.GitHost;
import dev.pullcord.server.githost.push.PushHandler;
import dev.pullcord.server.host.ProcessLimits;
import dev.pullcord.server.http.ConnectionKeys;
import dev.pullcord.server.http.HttpServer;
import dev.pullcord.server.http.Listener;
import dev.pullcord.server.http.RequestAdmission;
import dev.pullcord.server.http.connection.PortConnections;
import dev.pullcord.server.metrics.HealthEndpoint;
import dev.pullcord.server.metrics.ServerMetrics;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.openapi.OpenApi;
import dev.pullcord.server.peers.KnownServers;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.NodeAccess;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.limit.FailedSignIns;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.webhook.WebhookRoute;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that answers on the two ports, made over the core. */
final class PortRoutes {
  private static final Duration TIDY = Duration.ofMinutes(20);
  private static final Duration KEEP_FAILURES = Duration.ofSeconds(1);

  private final ServerCore core;
  private final HostedRepository hosted;
  private final InstantSource clock;
  private final Place place;
  private final Edge edge;
  private final Services told;
  private final Table table;

  /**
   * Who may come in, and how much of everything he gets.
   *
   * @param admission what is let in
   * @param failures tokens that did not work
   * @param open requests that last
   */
  record Edge(
      RequestAdmission admission, ServerLimits limits, FailedSignIns failures, OpenRequests open) {}

  /**
   * Which routes there are beside those of the rooms, and what every route asks for.
   *
   * @param permissions a line for each route
   * @param more routes of the people's API
   */
  record Table(Permissions permissions, List<ApiRoute> more) {
    /** What this server has. */
    static final Table STANDARD = new Table(Permissions.standard(), List.of());

    /** The same with the route of a webhook, where the upstream has one. */
    Table with(@Nullable UpstreamConfig upstream) {
      HostLinks.Webhook webhook = upstream == null ? null : upstream.host().webhook();
      return webhook == null ? this : new Table(permissions.with(WebhookRoute.line(webhook)), more);
    }
  }

  /**
   * Where this server is.
   *
   * @param url of the people's port, as people reach it
   * @param state the state directory
   */
  record Place(URI url, Path state) {}

  /** What people are told beside the fleet. */
  record Services(Alerts alerts, KnownServers servers) {}

  PortRoutes(
      ServerCore core,
      HostedRepository hosted,
      InstantSource clock,
      Place place,
      Edge edge,
      Services told,
      Table table) {
    this.table = table;
    this.told = told;
    this.edge = edge;
    this.core = core;
    this.hosted = hosted;
    this.clock = clock;
    this.place = place;
  }

  /** Opens both ports; what has to end before them is put on the stack after them. */
  void open(Listener people, Listener agents, Dashboard dashboard, ClosingStack closing)
      throws IOException {
    ServerMetrics metrics = closing.push("metrics", metrics(people, agents));
    AccessControl access = access(dashboard);
    PushHandler pushes = pushes(metrics, access);
    FleetEvents events = events(access);
    LogApi logs = logs(access);
    RunApi runs = runs(access);
    HealthEndpoint health =
        OwnHealth.endpoint(
            core.store(), hosted.store(), place.state(), agents, edge.admission().current());
    OpenApi api =
        new OpenApi(
            api(new PeoplesApi.Streams(events, logs, runs), metrics, health), table.permissions());
    List<Consumer<RoutesConfig>> routes =
        List.of(
            api::routes,
            new GitHost(hosted.store(), hosted.desired(), pushes, edge.limits().fetches().shares())
                ::routes,
            hosted.deltas()::routes,
            core.agentApi()::register,
            dashboard::register,
            r -> hosted.webhook().ifPresent(w -> w.routes(r)),
            r -> r.get("/", ctx -> ctx.redirect("/ui")));
    timers();
    closing.push(
        "HTTP", HttpServer.start(people, agents, content(access, routes, dashboard::refuse)));
    closing.push("agents' streams", () -> core.streams().goAway("the server stops"));
    closing.push("event streams", events::stop);
    closing.push("logs", logs::stop);
    closing.push("watched runs", runs::stop);
    closing.push("dashboard", dashboard);
    closing.push("upstream", hosted::stop);
    closing.push("pushes", pushes::stop);
    closing.push("wrong tokens", edge.failures()::keep);
    closing.push("the watch over itself", OwnHealth.watch(core.store(), people, agents));
  }

  private AccessControl access(Dashboard dashboard) {
    return new AccessControl(
        table.permissions(),
        core.apiTokens()::authenticate,
        new NodeAccess(new ConnectionKeys(), this::node, core.audit()),
        dashboard::signedIn,
        core.audit(),
        edge.failures());
  }

  private List<ApiRoute> api(
      PeoplesApi.Streams streams, ServerMetrics metrics, HealthEndpoint health) {
    List<ApiRoute> routes =
        PeoplesApi.routes(
            new PeoplesApi.Sources(
                Version.number(),
                core.fleet(),
                hosted.store(),
                hosted.mirror(),
                told.servers(),
                core.audit()),
            new PeoplesApi.Changes(
                core.operations(),
                core.holds(),
                core.gates(),
                core.apiTokens(),
                core.invitations(),
                told.alerts()),
            streams,
            metrics,
            health);
    return Stream.concat(routes.stream(), table.more().stream()).toList();
  }

  private HttpServer.Content content(
      AccessControl access, List<Consumer<RoutesConfig>> routes, ProblemAnswers.ProblemPage page) {
    HttpServer.Mounted streams =
        new HttpServer.Mounted(new Permissions.Served("GET", AgentStreams.PATH), core.streams());
    return new HttpServer.Content(
        access,
        routes,
        List.of(streams),
        page,
        edge.admission(),
        edge.limits().bodies().shares(),
        System::nanoTime,
        clock);
  }

  private void timers() {
    NeededCommits needed = new NeededCommits(core.store(), core.model());
    core.every(OpenRequests.PERIOD, "open requests", edge.open()::look);
    core.every(
        TIDY, "repository", () -> hosted.store().removeUnreachable(clock.instant(), needed::now));
    core.every(KEEP_FAILURES, "wrong tokens", edge.failures()::keep);
    hosted.follow(core);
  }

  private ServerMetrics metrics(Listener people, Listener agents) {
    ServerMetrics metrics = new ServerMetrics();
    metrics.fleet(core.fleet());
    metrics.gauge(
        "pullcord.agent.streams", "open event streams of agents", () -> core.streams().size());
    metrics.gauge("pullcord.descriptors", "open files", ProcessLimits::descriptorsOpen);
    metrics.gauge("pullcord.descriptors.max", "allowed open files", ProcessLimits::descriptors);
    metrics.gauge(
        "pullcord.join.refused", "refused join requests", () -> core.enrollment().refused());
    connections(metrics, "people", people.connections());
    connections(metrics, "agents", agents.connections());
    return metrics;
  }

  private PushHandler pushes(ServerMetrics metrics, AccessControl access) {
    return new PushHandler(
        hosted.store(),
        core.deployments(),
        new PushHandler.PushFeedback(
            core.fleet(), id -> place.url().resolve("/ui/deployments/" + id).toString()),
        hosted.deltas()::expect,
        new PushHandler.Care(
            core.audit(),
            metrics::push,
            edge.limits().pushes().shares(),
            edge.open(),
            hosted.target(),
            ctx -> access.stillAllowed(ctx, Principal.Role.OPERATOR),
            core.gates()));
  }

  private FleetEvents events(AccessControl access) {
    return new FleetEvents(
        core.fleet(),
        ctx -> access.stillAllowed(ctx, Principal.Role.VIEWER),
        edge.limits().eventStreams().shares(),
        edge.open(),
        System::nanoTime);
  }

  private LogApi logs(AccessControl access) {
    return new LogApi(
        new LogSources(
            name -> core.model().byName(name).map(NodeRecord::id),
            core.fleet()::workers,
            core.logs()),
        ctx -> access.stillAllowed(ctx, Principal.Role.OPERATOR),
        edge.limits().logs().shares(),
        edge.open(),
        System::nanoTime);
  }

  private RunApi runs(AccessControl access) {
    return new RunApi(
        core.runs(),
        ctx -> access.stillAllowed(ctx, Principal.Role.OPERATOR),
        edge.limits().logs().shares(),
        edge.open());
  }

  private static void connections(ServerMetrics metrics, String port, PortConnections all) {
    String name = "pullcord.connections." + port;
    metrics.gauge(name, "open connections of the port", all::size);
    metrics.gauge(name + ".strangers", "of them without credentials", all::strangers);
    metrics.gauge(name + ".dropped", "closed or refused since the start", all::dropped);
  }

  private NodeName node(NodeKeyId key) {
    NodeRecord node = core.nodeKeys().require(Optional.of(key));
    core.heartbeats().touch(node.id());
    return node.name();
  }
}
