package dev.pullcord.server.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.config.HostLinks;
import dev.pullcord.server.config.WebhookKind;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.http.ConnectionKeys;
import dev.pullcord.server.http.HttpServer;
import dev.pullcord.server.http.KnownHosts;
import dev.pullcord.server.http.Listener;
import dev.pullcord.server.http.RequestAdmission;
import dev.pullcord.server.http.connection.ConnectionLimits;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.ForwardingServers;
import dev.pullcord.server.security.NodeAccess;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.limit.FailedSignIns;
import dev.pullcord.server.security.limit.Shares;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.store.MirrorTable.Delivery;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import io.javalin.config.RoutesConfig;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** The people's port with the one route of a webhook, over a real store. */
final class WebhookRig implements AutoCloseable {
  static final String SECRET = "It's a Secret to Everybody";
  static final Instant NOW = Instant.parse("2026-11-20T08:14:06Z");

  final ManualClock clock = new ManualClock(NOW);
  final AtomicInteger fetches = new AtomicInteger();
  final AtomicLong nanos = new AtomicLong();
  final Store store;
  final AuditLog audit;
  final DeliveryLog log;
  final Path secretFile;
  private final WebhookKind kind;
  private final HttpServer http;
  private final int port;
  private final OkHttpClient client = new OkHttpClient();

  /** What came back. */
  record Answer(int status, JsonNode body, String text) {
    String outcome() {
      return body.path("outcome").asText() + " " + body.path("detail").asText();
    }

    String code() {
      return body.path("code").asText();
    }
  }

  WebhookRig(Path directory, WebhookKind kind) throws IOException {
    this(directory, kind, SECRET);
  }

  WebhookRig(Path directory, WebhookKind kind, String secret) throws IOException {
    this.kind = kind;
    Files.createDirectories(directory);
    secretFile = Files.writeString(directory.resolve("webhook.secret"), secret + "\n");
    store = TestStore.open(directory.resolve("store.db"));
    audit = new AuditLog(store, clock);
    log = new DeliveryLog(store, audit, clock);
    HostLinks.Webhook config = new HostLinks.Webhook(kind, secretFile);
    WebhookRoute route =
        new WebhookRoute(
            config,
            "https://git.example/acme/fleet.git",
            log,
            fetches::incrementAndGet,
            clock,
            nanos::get);
    Permissions table = Permissions.standard().with(WebhookRoute.line(config));
    ConnectionLimits limits = ConnectionLimits.ofAgents(20_000, 1 << 30);
    Address any = new Address("127.0.0.1", 0);
    Listener people = Listener.bind(Port.PEOPLE, any, null, limits);
    Listener agents =
        Listener.bind(
            Port.AGENTS,
            any,
            TlsKeys.create(directory, "agents", List.of("localhost"), NOW),
            limits);
    port = people.number();
    http =
        HttpServer.start(
            people,
            agents,
            new HttpServer.Content(
                access(table),
                List.of(route::routes, WebhookRig::elsewhere),
                List.of(),
                ProblemAnswers.ProblemPage.NONE,
                new RequestAdmission(
                    new KnownHosts(List.of("pullcord.example")), ForwardingServers.none()),
                new Shares("bytes of request bodies", "bodies", 32 << 20, 16 << 20, 1),
                System::nanoTime,
                InstantSource.system()));
  }

  private AccessControl access(Permissions table) {
    return new AccessControl(
        table,
        _ -> Optional.empty(),
        new NodeAccess(
            new ConnectionKeys(),
            key -> {
              throw new IllegalStateException("no webhook asks for the key " + key);
            },
            audit),
        _ -> Optional.empty(),
        audit,
        new FailedSignIns(clock));
  }

  private static void elsewhere(RoutesConfig routes) {
    Permissions.standard().lines().stream()
        .map(l -> new Permissions.Served(l.method(), l.path()))
        .distinct()
        .forEach(l ->
            routes.addEndpoint(
                new Endpoint(HandlerType.findOrCreate(l.method()), l.path(), _ -> {})));
  }

  int port() {
    return port;
  }

  String path() {
    return kind.path();
  }

  /** Sends a delivery, as the real client of a host would. */
  Answer send(SampleDelivery sample) throws IOException {
    return send(sample, RequestBody.create(sample.body()));
  }

  Answer send(SampleDelivery sample, RequestBody body) throws IOException {
    Request.Builder request =
        new Request.Builder().url("http://127.0.0.1:" + port + kind.path()).post(body);
    sample.headers().forEach(request::header);
    try (Response response = client.newCall(request.build()).execute()) {
      String text = response.body().string();
      JsonNode json =
          text.startsWith("{")
              ? PullcordJson.wire().readTree(text)
              : PullcordJson.wire().createObjectNode();
      return new Answer(response.code(), json, text);
    }
  }

  /** A delivery from the resources, signed with the secret of this rig. */
  SampleDelivery sample(String name) throws IOException {
    return SampleDelivery.read(name).signed(Files.readString(secretFile).strip(), clock.instant());
  }

  List<Delivery> newest() {
    return log.newest();
  }

  /** What the audit log has of refusals. */
  List<String> refusals() {
    return store.write(tables -> tables.audit().newest(100)).stream()
        .filter(e -> e.what().equals("webhook.refused"))
        .map(e -> String.valueOf(e.after()))
        .toList();
  }

  /** When this returns, what was taken is kept: an answer does not wait for a slow disk. */
  void keeps() {
    store.write(_ -> true);
  }

  void later(Duration by) {
    clock.advance(by);
    nanos.addAndGet(by.toNanos());
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public void close() {
    http.close();
    audit.close();
    store.close();
  }
}
