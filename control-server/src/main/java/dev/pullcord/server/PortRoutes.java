package dev.pullcord.server;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.api.AccessApi;
import dev.pullcord.server.api.AuditApi;
import dev.pullcord.server.api.FleetEvents;
import dev.pullcord.server.api.HoldApi;
import dev.pullcord.server.api.LogApi;
import dev.pullcord.server.api.OperatorApi;
import dev.pullcord.server.api.PlanApi;
import dev.pullcord.server.api.RunApi;
import dev.pullcord.server.api.UpstreamApi;
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
import dev.pullcord.server.githost.comparison.History;
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
import dev.pullcord.server.plan.FleetPlan;
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
  private final URI url;
  private final Edge edge;
  private final Path state;
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

    /** The same with further routes. */
    Table with(List<ApiRoute> further) {
      return new Table(permissions, Stream.concat(more.stream(), further.stream()).toList());
    }
  }

  /**
   * @param url of the people's port, as people reach it
   * @param state the state directory
   */
  PortRoutes(
      ServerCore core,
      HostedRepository hosted,
      InstantSource clock,
      URI url,
      Edge edge,
      Path state,
      Table table) {
    this.table = table;
    this.state = state;
    this.edge = edge;
    this.core = core;
    this.hosted = hosted;
    this.clock = clock;
    this.url = url;
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
        OwnHealth.endpoint(core.store(), hosted.store(), state, agents, edge.admission().current());
    OpenApi api =
        new OpenApi(
            Stream.of(
                    described(),
                    events.routes(),
                    logs.routes(),
                    runs.routes(),
                    metrics.routes(),
                    health.routes(),
                    table.more())
                .flatMap(List::stream)
                .toList(),
            table.permissions());
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

  /** The routes of the people's API that are answered at once, from what is known. */
  private List<ApiRoute> described() {
    OperatorApi operator =
        new OperatorApi(core.fleet(), core.operations(), Version.number(), hosted.store().name());
    FleetPlan plan = new FleetPlan(core.fleet(), hosted.store(), new History(hosted.store()));
    return Stream.of(
            operator.routes(),
            new HoldApi(core.fleet(), core.holds(), core.gates()).routes(),
            new AccessApi(core.apiTokens(), core.invitations(), core.operations().invitations())
                .routes(),
            new AuditApi(core.audit()).routes(),
            new PlanApi(plan).routes(),
            new UpstreamApi(hosted.mirror()).routes())
        .flatMap(List::stream)
        .toList();
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
            core.fleet(), id -> url.resolve("/ui/deployments/" + id).toString()),
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
