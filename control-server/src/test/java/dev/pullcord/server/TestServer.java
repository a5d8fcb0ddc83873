package dev.pullcord.server;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.KeyTrust;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.server.action.ActionRuns;
import dev.pullcord.server.alert.Alerts;
import dev.pullcord.server.api.FleetEvents;
import dev.pullcord.server.api.LogApi;
import dev.pullcord.server.api.PeoplesApi;
import dev.pullcord.server.api.RunApi;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.channel.LogRelay;
import dev.pullcord.server.channel.LogSources;
import dev.pullcord.server.delta.DeltaRoute;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.githost.GitHost;
import dev.pullcord.server.githost.push.PushHandler;
import dev.pullcord.server.githost.push.PushTarget;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.host.Timers;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.http.ConnectionKeys;
import dev.pullcord.server.http.HttpServer;
import dev.pullcord.server.http.KnownHosts;
import dev.pullcord.server.http.Listener;
import dev.pullcord.server.http.RequestAdmission;
import dev.pullcord.server.http.connection.ConnectionLimits;
import dev.pullcord.server.metrics.HealthChecks;
import dev.pullcord.server.metrics.HealthEndpoint;
import dev.pullcord.server.metrics.ServerMetrics;
import dev.pullcord.server.openapi.ApiRoute;
import dev.pullcord.server.openapi.OpenApi;
import dev.pullcord.server.peers.OnlyServer;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.Credentials;
import dev.pullcord.server.security.ForwardingServers;
import dev.pullcord.server.security.NodeAccess;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.Principal.Role;
import dev.pullcord.server.security.limit.FailedSignIns;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.security.limit.Shares;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.AuditTable;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Both ports over a {@link FakeFleet}, on loopback; orders reach the nodes of a {@link TestFleet}.
 * Tokens are {@code viewer}, {@code operator} and {@code admin}; routes that other rooms serve
 * answer 200 with nothing.
 */
public final class TestServer implements AutoCloseable {
  private static final List<String> ELSEWHERE = List.of("/agent/", "/ui");

  private final Path directory;
  private final FakeFleet fleet = new FakeFleet();
  private final FakeGates gates = new FakeGates();
  private final DeltaRoute deltas;
  private final RepositoryStore store;
  private final PushHandler pushes;
  private final FleetEvents events;
  private final Listener people;
  private final Listener agents;
  private final HttpServer http;
  private final TestFleet orders;
  private final AuditLog audit;
  private final Alerts alerts;
  private final ServerMetrics metrics = new ServerMetrics();
  private final AtomicLong aheadNanos = new AtomicLong();
  private final InstantSource clock = () -> Instant.now().plusNanos(aheadNanos.get());
  private final ApiTokens tokens;
  private volatile @Nullable String logged;
  private volatile boolean current = true;
  private final LogRelay relay = new LogRelay(this::say);
  private final OpenRequests open = new OpenRequests(System::nanoTime);
  private final Timers timers = new Timers();

  /** Where canaries try commits. */
  public FakeGates gates() {
    return gates;
  }

  /** Packs of steps. */
  public DeltaRoute deltas() {
    return deltas;
  }

  /** Starts one in this directory. */
  public TestServer(Path directory) throws IOException {
    this.directory = directory;
    fleet.token("wall", Role.WALL).token("viewer", Role.VIEWER);
    fleet.token("operator", Role.OPERATOR).token("admin", Role.ADMIN);
    orders = new TestFleet(Files.createDirectories(directory));
    audit = new AuditLog(orders.store, InstantSource.system());
    tokens = new ApiTokens(orders.store, clock);
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    fleet.source(store);
    deltas = new DeltaRoute(store, fleet);
    PushHandler.PushFeedback shown = new PushHandler.PushFeedback(fleet, id -> "/deployment/" + id);
    AccessControl access =
        new AccessControl(
            Permissions.standard(),
            people(),
            new NodeAccess(new ConnectionKeys(), fleet::node, audit),
            _ -> Optional.empty(),
            audit,
            new FailedSignIns(clock));
    PushHandler.Care care =
        new PushHandler.Care(
            audit,
            metrics::push,
            new Shares("pushes", "pushes", 64, 16, 10),
            open,
            PushTarget.HERE,
            ctx -> access.stillAllowed(ctx, Role.OPERATOR),
            gates);
    pushes = new PushHandler(store, fleet, shown, deltas::expect, care);
    events =
        new FleetEvents(
            fleet,
            ctx -> access.stillAllowed(ctx, Role.VIEWER),
            new Shares("event streams", "event-streams", 6, 4, 15),
            open,
            this::nanos);
    metrics.fleet(fleet);
    alerts = new Alerts(orders.store, clock, audit, Map.of());
    HealthEndpoint health =
        new HealthEndpoint(new HealthChecks(List.of(), Duration.ofSeconds(2), System::nanoTime));
    List<ApiRoute> described =
        PeoplesApi.routes(
            new PeoplesApi.Sources(
                "0.1.0",
                fleet,
                store,
                Optional.empty(),
                new OnlyServer("https://localhost:8420", "https://localhost:8421", clock),
                audit),
            new PeoplesApi.Changes(
                orders.operations, orders.holds, gates, tokens, orders.invitations, alerts),
            new PeoplesApi.Streams(events, logs(access), runs(access)),
            metrics,
            health);
    List<Consumer<RoutesConfig>> routes =
        List.of(
            new OpenApi(described, Permissions.standard())::routes,
            new GitHost(store, fleet, pushes, new Shares("fetches", "fetches", 64, 16, 5))::routes,
            deltas::routes,
            TestServer::elsewhere);
    ConnectionLimits limits = ConnectionLimits.ofAgents(20_000, 1 << 30);
    people = Listener.bind(Port.PEOPLE, new Address("127.0.0.1", 0), keys("people"), limits);
    agents = Listener.bind(Port.AGENTS, new Address("127.0.0.1", 0), keys("agents"), limits);
    timers.every(OpenRequests.PERIOD, "open requests", open::look);
    http = HttpServer.start(people, agents, content(access, routes));
  }

  private LogApi logs(AccessControl access) {
    return new LogApi(
        new LogSources(
            name -> fleet.node(name).map(_ -> 1L), _ -> Optional.of(Set.of("grep")), relay),
        ctx -> access.stillAllowed(ctx, Role.OPERATOR),
        new Shares("logs being read", "logs", 50, 10, 5),
        open,
        System::nanoTime);
  }

  /** Of a fleet without nodes. */
  private RunApi runs(AccessControl access) {
    FleetModel none = FleetModel.load(orders.store, clock, Runnable::run);
    ActionRuns.Line deaf =
        new ActionRuns.Line() {
          @Override
          public boolean connected(long node) {
            return false;
          }

          @Override
          public void tell(long node, ServerEvent.ActionsWanted orders) {}
        };
    return new RunApi(
        new ActionRuns(new ActionRuns.Rooms(orders.store, none, store, clock), deaf),
        ctx -> access.stillAllowed(ctx, Role.OPERATOR),
        new Shares("logs being read", "logs", 50, 10, 5),
        open);
  }

  /** What a node with an agent does: it answers at once, and goes on. */
  private boolean say(long node, ServerEvent event) {
    String text = logged;
    if (text == null) {
      return false;
    }
    String request = ((ServerEvent.LogsWanted) event).request();
    try {
      return relay.take(node, new LogLines(request, text, false));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on every node says this when it is asked for its log. */
  public void logged(String text) {
    logged = text;
  }

  /** Tokens of the fleet, and real ones that expire. */
  private Credentials people() {
    return token -> tokens.authenticate(token).or(() -> fleet.person(token));
  }

  /** A token that works for so long. */
  public String expiring(Role role, String ttl) {
    TokenView.Request request = new TokenView.Request("for-" + ttl, role.word(), ttl);
    return tokens.create(new Principal("test", Role.ADMIN), request).token();
  }

  /** Moves the server's clocks. */
  public void later(Duration by) {
    aheadNanos.addAndGet(by.toNanos());
  }

  private HttpServer.Content content(AccessControl access, List<Consumer<RoutesConfig>> routes) {
    return new HttpServer.Content(
        access,
        routes,
        List.of(),
        ProblemAnswers.ProblemPage.NONE,
        new RequestAdmission(
            new KnownHosts(List.of("fleet.example")), ForwardingServers.none(), () -> current),
        new Shares("bytes of request bodies", "bodies", 32 << 20, 16 << 20, 1),
        this::nanos,
        clock);
  }

  /** From now on what this server remembers may not be so any more. */
  public void loseLease() {
    current = false;
  }

  private long nanos() {
    return System.nanoTime() + aheadNanos.get();
  }

  private static void elsewhere(RoutesConfig routes) {
    Permissions.standard().lines().stream()
        .filter(l -> ELSEWHERE.stream().anyMatch(l.path()::startsWith) || l.path().equals("/"))
        .forEach(l ->
            routes.addEndpoint(
                new io.javalin.router.Endpoint(
                    io.javalin.http.HandlerType.findOrCreate(l.method()), l.path(), _ -> {})));
  }

  private CertifiedKey keys(String port) throws IOException {
    return TlsKeys.create(
        directory, port, List.of("localhost", "127.0.0.1"), Instant.parse("2026-01-01T00:00:00Z"));
  }

  /** The fleet behind it. */
  public FakeFleet fleet() {
    return fleet;
  }

  /** The nodes that orders are given to; others than those that are shown. */
  public TestFleet orders() {
    return orders;
  }

  /** What it hosts. */
  public RepositoryStore store() {
    return store;
  }

  /** The numbers that it shows. */
  public ServerMetrics metrics() {
    return metrics;
  }

  /** {@code https://127.0.0.1:…} of a port. */
  public String url(Port port) {
    return "https://127.0.0.1:" + port(port);
  }

  /** The number of a port. */
  public int port(Port port) {
    try {
      return (port == Port.PEOPLE ? people : agents).number();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was done and refused, the newest first. */
  public List<AuditTable.Act> audit() {
    // Behind whatever waits to be written.
    return orders.store.write(tables -> tables.audit().newest(100));
  }

  /** Tells pushes that the server is about to stop. */
  public void announceStop() {
    pushes.stop();
  }

  /** A key of a node, made at the first call; unknown to the fleet. */
  public CertifiedKey nodeKey(String name) throws IOException {
    return keys("node-" + name);
  }

  /** Makes a node of the fleet out of a key. */
  public NodeKeyId enrol(String name, String branch) throws IOException {
    fleet.node(name, branch);
    NodeKeyId id = AccessControl.keyId(nodeKey(name).certificate());
    fleet.key(id, name);
    return id;
  }

  /** A client that shows this key, or none, and trusts everybody. */
  public static OkHttpClient client(@Nullable CertifiedKey key) {
    X509ExtendedTrustManager trust = new TrustAll();
    return new OkHttpClient.Builder()
        .sslSocketFactory(context(key, trust).getSocketFactory(), trust)
        .hostnameVerifier((_, _) -> true)
        .followRedirects(false)
        .readTimeout(30, TimeUnit.SECONDS)
        .build();
  }

  private static SSLContext context(@Nullable CertifiedKey key, TrustManager trust) {
    return key == null ? TlsContexts.client(trust) : TlsContexts.showing(key, trust);
  }

  @Override
  public void close() {
    pushes.stop();
    events.stop();
    timers.close();
    http.close();
    alerts.close();
    store.close();
    orders.close();
    metrics.close();
  }

  private static final class TrustAll extends KeyTrust {
    @Override
    protected void server(X509Certificate shown) {
      // This test does not judge who answers.
    }
  }
}
