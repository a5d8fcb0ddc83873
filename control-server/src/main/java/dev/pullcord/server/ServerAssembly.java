package dev.pullcord.server;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.api.FleetEvents;
import dev.pullcord.server.api.OperatorApi;
import dev.pullcord.server.channel.AgentStreams;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.desired.DesiredStates;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.githost.GitHost;
import dev.pullcord.server.githost.RepositoryStore;
import dev.pullcord.server.host.ServerClock;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.host.StateLock;
import dev.pullcord.server.http.ConnectionKeys;
import dev.pullcord.server.http.HttpServer;
import dev.pullcord.server.http.Listener;
import dev.pullcord.server.metrics.HealthEndpoint;
import dev.pullcord.server.metrics.ServerMetrics;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.Credentials;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.TlsKeys;
import dev.pullcord.server.store.sqlite.SqliteStore;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A running server: every room, put together by hand. Order of the start: the lock, the ports, the
 * repository and the store, what a kill left half done, then the first answer. The end is the other
 * way round.
 */
final class ServerAssembly implements AutoCloseable {
  private final ClosingStack closing;
  private final Listener people;
  private final Listener agents;

  private ServerAssembly(ClosingStack closing, Listener people, Listener agents) {
    this.closing = closing;
    this.people = people;
    this.agents = agents;
  }

  /** Starts the server; when this returns, both ports answer. */
  static ServerAssembly start(ServerConfig config) throws IOException {
    ClosingStack closing = new ClosingStack();
    try {
      return start(config, closing);
    } catch (IOException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private static ServerAssembly start(ServerConfig config, ClosingStack closing)
      throws IOException {
    closing.push("state lock", StateLock.take(config.state()));
    TlsKeys agentsKeys = TlsKeys.load(config.tls(), "agents");
    TlsKeys peopleKeys = config.plainHttp() ? null : TlsKeys.load(config.tls(), "people");
    Listener people =
        closing.push("people's port", Listener.bind(Port.PEOPLE, config.listen(), peopleKeys));
    Listener agents =
        closing.push("agents' port", Listener.bind(Port.AGENTS, config.agents(), agentsKeys));
    RepositoryStore repository =
        closing.push("repository", RepositoryStore.open(config.repositories()));
    String host = Advertised.host(config, agentsKeys);
    InstantSource clock = ServerClock.system();
    ConnectionKeys peers = new ConnectionKeys();
    ServerCore core =
        closing.push(
            "core",
            new ServerCore(
                new ServerCore.Settings(
                    repository.name(), agentsKeys.fingerprint(), agents.url(host)),
                SqliteStore.open(config.state().resolve("store.db")),
                repository,
                peers,
                clock));
    ServerMetrics metrics = closing.push("metrics", metrics(core));
    DesiredStates desired = n -> core.model().byName(n).map(r -> r.desiredAt(clock.instant()));
    GitHost gitHost =
        new GitHost(repository, core.deployments(), core.fleet(), desired, metrics::push);
    Dashboard dashboard =
        new Dashboard(
            core.fleet(),
            core.apiTokens()::authenticate,
            new Dashboard.Addresses(
                URI.create(people.url(Advertised.people(config, host))),
                URI.create(agents.url(host)),
                repository.name(),
                repository.defaultBranch()),
            clock);
    AccessControl access = new AccessControl(credentials(core), peers);
    FleetEvents events = new FleetEvents(core.fleet(), access::stillAllowed);
    core.start();
    dashboard.start();
    List<Consumer<RoutesConfig>> routes =
        List.of(
            new OperatorApi(core.fleet(), core.operations(), Version.number(), repository.name())
                ::routes,
            events::routes,
            gitHost::routes,
            metrics::routes,
            health(core, repository)::routes,
            core.agentApi()::register,
            dashboard::register,
            r -> r.get("/", ctx -> ctx.redirect("/ui")));
    HttpServer.Mounted streams =
        new HttpServer.Mounted(new Permissions.Served("GET", AgentStreams.PATH), core.streams());
    HttpServer http =
        HttpServer.start(people, agents, new HttpServer.Content(access, routes, List.of(streams)));
    closing.push("HTTP", http);
    closing.push("agents' streams", () -> core.streams().goAway("the server stops"));
    closing.push("event streams", events::stop);
    closing.push("dashboard", dashboard);
    closing.push("pushes", gitHost::stop);
    ServerAssembly server = new ServerAssembly(closing, people, agents);
    StateFiles.write(config.state().resolve("ports.json"), server.ports());
    return server;
  }

  private static ServerMetrics metrics(ServerCore core) {
    ServerMetrics metrics = new ServerMetrics();
    metrics.fleet(core.fleet());
    metrics.gauge(
        "pullcord.agent.streams", "open event streams of agents", () -> core.streams().size());
    metrics.gauge(
        "pullcord.join.refused", "refused join requests", () -> core.enrollment().refused());
    return metrics;
  }

  private static HealthEndpoint health(ServerCore core, RepositoryStore repository) {
    return new HealthEndpoint(
        List.of(
            new HealthEndpoint.Check(
                "store", () -> core.store().read(tables -> tables.refs().all().size())),
            new HealthEndpoint.Check("repository", repository::defaultBranch)));
  }

  private static Credentials credentials(ServerCore core) {
    return new Credentials() {
      @Override
      public Optional<Principal> person(String token) {
        return core.apiTokens().authenticate(token);
      }

      @Override
      public NodeName node(NodeKeyId key) {
        NodeRecord node = core.nodeKeys().require(Optional.of(key));
        core.heartbeats().touch(node.id());
        return node.name();
      }
    };
  }

  private String ports() throws IOException {
    return PullcordJson.write(
            Map.of(
                "people",
                people.number(),
                "agents",
                agents.number(),
                "peopleUrl",
                people.url(),
                "agentsUrl",
                agents.url()))
        + "\n";
  }

  /** {@code ready people=https://127.0.0.1:8420 agents=https://127.0.0.1:8421}. */
  String readyLine() throws IOException {
    return "ready people=" + people.url() + " agents=" + agents.url();
  }

  @Override
  public void close() {
    closing.close();
  }
}
