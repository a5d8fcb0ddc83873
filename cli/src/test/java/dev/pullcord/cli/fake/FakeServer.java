package dev.pullcord.cli.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.api.ServersView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.protocol.contact.SenderClock;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.PinStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server on a real port that speaks the people's API over a fleet that tests change. */
public final class FakeServer implements AutoCloseable {
  /** The token of each invitation. */
  public static final String JOIN_TOKEN =
      new JoinToken("ab".repeat(32), "0000000000000001", "cd".repeat(32)).text();

  /** The one token that it knows. */
  public static final String TOKEN = "pct_secret";

  private static final int PAGE = 2;
  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String scheme;
  private final FakeFleet fleet = new FakeFleet();
  private final List<InvitationView> invitations = new CopyOnWriteArrayList<>();
  private final List<Invitation.Request> invited = new CopyOnWriteArrayList<>();
  private final List<FreezeView> freezes = new CopyOnWriteArrayList<>();
  private final List<TokenView> tokens = new CopyOnWriteArrayList<>();
  private volatile HistoryView history =
      new HistoryView(new NodeName("any"), null, null, List.of());
  private volatile @Nullable Instant time;
  private volatile ServersView servers = new ServersView(List.of());
  private final List<AuditView> audit = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Map<String, Consumer<HttpExchange>> oddities = new ConcurrentHashMap<>();
  private final List<OutputStream> streams = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** A server without TLS, on the loopback. */
  public FakeServer() throws IOException {
    this(null);
  }

  /** A server with TLS where a context is given. */
  public FakeServer(@Nullable SSLContext tls) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    if (tls == null) {
      http = HttpServer.create(any, 0);
    } else {
      HttpsServer https = HttpsServer.create(any, 0);
      https.setHttpsConfigurator(new HttpsConfigurator(tls));
      http = https;
    }
    scheme = tls == null ? "http" : "https";
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  /** Where it is. */
  public String url() {
    return scheme + "://127.0.0.1:" + http.getAddress().getPort();
  }

  /** Which servers of its fleet it tells of, itself as the active one first. */
  public void tellsOf(FakeServer... others) {
    servers =
        new ServersView(
            Stream.concat(Stream.of(this), Stream.of(others))
                .map(s ->
                    new ServersView.Server(
                        s.url(),
                        "https://agents:8421",
                        s == this ? "active" : "standby",
                        FakeFleet.NOW))
                .toList());
  }

  /** Its clock shows that, and it says so with each answer. */
  public void clockShows(Instant now) {
    time = now;
  }

  /** What it knows. */
  public FakeFleet fleet() {
    return fleet;
  }

  /** Requests so far: method and path with query. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** From now on this path is answered like that. */
  public void odd(String path, int status, String type, String body) {
    oddities.put(path, exchange -> reply(exchange, status, type, body));
  }

  /** The next answer at this path is that; those after it are as they were. */
  public void oddOnce(String path, int status, String type, String body) {
    Consumer<HttpExchange> before = oddities.get(path);
    oddities.put(
        path,
        exchange -> {
          if (before == null) {
            oddities.remove(path);
          } else {
            oddities.put(path, before);
          }
          reply(exchange, status, type, body);
        });
  }

  /** Before the next answer to who we are, that happens; it may ask us, too. */
  public void meanwhile(Runnable act) {
    String path = "/api/v1/whoami";
    oddities.put(
        path,
        exchange -> {
          oddities.remove(path);
          act.run();
          json(exchange, new Requests.Whoami("ann", "operator", "9.9", "fleet"));
        });
  }

  /** From now on this path sends events, one text for each request; the last one for all others. */
  public void streams(String path, String... texts) {
    AtomicInteger next = new AtomicInteger();
    oddities.put(
        path,
        exchange ->
            reply(
                exchange,
                200,
                "text/event-stream",
                texts[Math.min(texts.length - 1, next.getAndIncrement())]));
  }

  /** From now on this path is not answered, until the server is closed. */
  public void hangs(String path) {
    oddities.put(
        path,
        _ -> {
          try {
            closed.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** From now on this path is answered as it should be. */
  public void normal(String path) {
    oddities.remove(path);
  }

  /** How many listen for events. */
  public int listeners() {
    return streams.size();
  }

  /** Sends an event to all who listen. */
  public void ring() {
    for (OutputStream stream : streams) {
      try {
        stream.write("event: change\ndata: {}\n\n".getBytes(UTF_8));
        stream.flush();
      } catch (IOException e) {
        streams.remove(stream);
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
    threads.close();
  }

  private void handle(HttpExchange exchange) {
    Instant now = time;
    if (now != null) {
      exchange.getResponseHeaders().set(SenderClock.HEADER, SenderClock.header(now));
    }
    String path = exchange.getRequestURI().getPath();
    if (path.startsWith("/git/")) {
      git(exchange, path);
      return;
    }
    requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    try (exchange) {
      Consumer<HttpExchange> odd = oddities.get(path);
      if (odd != null) {
        odd.accept(exchange);
      } else if (!("Bearer " + TOKEN)
          .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        problem(exchange, 401, "TOKEN_UNKNOWN", "the token is not known here");
      } else {
        route(exchange, path.replaceFirst("^/api/v1/", "").split("/", -1));
      }
    } catch (IOException e) {
      // the client went away, as some tests want it to
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A repository with one branch, in git's oldest protocol, for whoever has the token. */
  private void git(HttpExchange exchange, String path) {
    String pair = Base64.getEncoder().encodeToString(("pullcord:" + TOKEN).getBytes(UTF_8));
    boolean known =
        ("Basic " + pair).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    if (!known) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"pullcord\"");
    }
    String refs = FakeFleet.HEAD + "\trefs/heads/main\n";
    try (exchange) {
      reply(
          exchange,
          known ? 200 : 401,
          "text/plain",
          path.endsWith("/info/refs") ? refs : "ref: refs/heads/main\n");
    }
  }

  private void route(HttpExchange exchange, String[] path)
      throws IOException, InterruptedException {
    String method = exchange.getRequestMethod();
    switch (path[0]) {
      case "whoami" -> json(exchange, new Requests.Whoami("ann", "operator", "9.9", "fleet"));
      case "fleet" -> json(exchange, fleet.numbers());
      case "events" -> events(exchange);
      case "audit" -> audit(exchange);
      case "invitations" -> invitations(exchange, method, path);
      case "tokens" -> tokens(exchange, method, path);
      case "pins" -> pins(exchange, method, path);
      case "freezes" -> freezes(exchange, method);
      case "servers" -> json(exchange, servers);
      case "gates" -> json(exchange, new OpenGateView.All(List.of()));
      case "refs" -> rollbacks(exchange, method, path);
      case "deployments" -> deployments(exchange, path);
      case "nodes" -> nodes(exchange, method, path);
      case "rollouts" -> rollouts(exchange, path);
      case "plan" -> noRef(exchange, query(exchange).getOrDefault("commit", ""));
      default -> problem(exchange, 404, "NOT_FOUND", "no such page");
    }
  }

  private void nodes(HttpExchange exchange, String method, String[] path) throws IOException {
    if (path.length == 1) {
      Map<String, String> query = query(exchange);
      List<NodeView> all = fleet.select(query.get("selector"), query.get("state"));
      int from = Integer.parseInt(query.getOrDefault("cursor", "0"));
      int to = Math.min(all.size(), from + PAGE);
      String next = to < all.size() ? Integer.toString(to) : null;
      json(exchange, new NodeView.Page(all.subList(from, to), next));
      return;
    }
    NodeName name = new NodeName(path[1]);
    NodeView node = fleet.node(name);
    if (node == null) {
      problem(exchange, 404, "NODE_UNKNOWN", "there is no node \"" + name + "\"");
    } else if (path.length == 2 && method.equals("DELETE")) {
      fleet.remove(name);
      empty(exchange);
    } else if (path.length == 3 && path[2].equals("history")) {
      json(exchange, history);
    } else if (path.length == 3 && path[2].equals("retry") && method.equals("POST")) {
      fleet.retried(name);
      empty(exchange);
    } else if (path.length == 5 && path[2].equals("workers") && method.equals("POST")) {
      order(exchange, node, path[3], path[4]);
    } else if (path.length == 5 && path[2].equals("generations") && method.equals("POST")) {
      fleet.killed(name + " " + path[3], body(exchange, Requests.Kill.class));
      json(exchange, node);
    } else if (path.length == 3 && path[2].equals("ref") && method.equals("PUT")) {
      fleet.follow(name, body(exchange, Requests.Follow.class).ref());
      empty(exchange);
    } else if (path.length == 3 && path[2].equals("suspension")) {
      suspension(exchange, node, method);
    } else if (path.length == 3 && path[2].equals("labels") && method.equals("PATCH")) {
      json(exchange, fleet.label(name, body(exchange, Requests.Labels.class)));
    } else {
      json(exchange, node);
    }
  }

  private void rollouts(HttpExchange exchange, String[] path) throws IOException {
    RolloutView main =
        new RolloutView(
            12,
            "main",
            FakeFleet.HEAD,
            "rolling",
            RolloutView.State.RUNNING,
            "1 of 1 that may be unavailable: grep-1",
            "ann",
            List.of(
                new RolloutView.Wave(
                    "wave 1", List.of(new NodeName("grep-1")), RolloutView.WaveState.RUNNING),
                new RolloutView.Wave(
                    "wave 2", List.of(new NodeName("grep-2")), RolloutView.WaveState.WAITING)),
            1,
            2,
            0,
            0);
    if (path.length == 1) {
      json(exchange, new RolloutView.All(List.of(main)));
    } else if (path[1].equals("main")) {
      json(exchange, main);
    } else {
      problem(exchange, 404, "ROLLOUT_MISSING", "no branch " + path[1] + " is rolled out");
    }
  }

  private void suspension(HttpExchange exchange, NodeView node, String method) throws IOException {
    if (method.equals("PUT")) {
      SuspensionView.Request asked = body(exchange, SuspensionView.Request.class);
      Instant until = FakeFleet.NOW.plusSeconds(7200);
      SuspensionView made = new SuspensionView("ann", asked.reason(), FakeFleet.NOW, until);
      json(exchange, fleet.suspend(node.name(), made));
    } else if (node.suspension() == null) {
      problem(exchange, 404, "SUSPENSION_MISSING", node.name() + " is not suspended");
    } else {
      fleet.suspend(node.name(), null);
      empty(exchange);
    }
  }

  private void order(HttpExchange exchange, NodeView node, String worker, String act)
      throws IOException {
    if (node.workers().containsKey(worker)) {
      fleet.ordered(
          act + " " + worker + " of " + node.name(), body(exchange, Requests.Order.class));
      json(exchange, node);
    } else {
      problem(exchange, 404, "WORKER_MISSING", node.name() + " has no worker \"" + worker + "\"");
    }
  }

  private void freezes(HttpExchange exchange, String method) throws IOException {
    String ref = query(exchange).get("ref");
    switch (method) {
      case "PUT" -> {
        FreezeView.Request asked = body(exchange, FreezeView.Request.class);
        FreezeView made =
            new FreezeView(
                asked.ref(),
                asked.selector(),
                "ann",
                asked.reason(),
                FakeFleet.NOW,
                FakeFleet.NOW.plusSeconds(7200),
                asked.outside() == null ? null : asked.outside() + " UTC",
                "frozen until 2026-01-01 14:00 UTC by ann: " + asked.reason());
        freezes.add(made);
        json(exchange, made);
      }
      case "DELETE" -> {
        if (freezes.removeIf(f -> Objects.equals(f.ref(), ref))) {
          empty(exchange);
        } else {
          problem(exchange, 404, "FREEZE_MISSING", "nothing is frozen");
        }
      }
      default -> json(exchange, new FreezeView.All(freezes));
    }
  }

  private static void rollbacks(HttpExchange exchange, String method, String[] path)
      throws IOException {
    if (path[1].equals("gone")) {
      problem(exchange, 404, "REF_MISSING", "nothing was pushed to a branch gone");
    } else if (method.equals("DELETE")) {
      empty(exchange);
    } else {
      RollbackView.Request asked = body(exchange, RollbackView.Request.class);
      json(
          exchange,
          new RollbackView(
              path[1],
              FakeFleet.BEFORE,
              FakeFleet.HEAD,
              "ann",
              asked.reason(),
              FakeFleet.NOW,
              null,
              13L));
    }
  }

  private void pins(HttpExchange exchange, String method, String[] path) throws IOException {
    if (path.length == 1) {
      json(exchange, new PinView.All(fleet.pins()));
    } else if (method.equals("DELETE")) {
      if (fleet.pin(new NodeName(path[1]), null) == null) {
        problem(exchange, 404, "PIN_UNKNOWN", path[1] + " is not pinned");
      } else {
        empty(exchange);
      }
    } else {
      PinView.Request asked = body(exchange, PinView.Request.class);
      if (asked.ref().equals("gone")) {
        noRef(exchange, "gone");
        return;
      }
      Instant until = FakeFleet.NOW.plusSeconds(7200);
      PinStatus pin = new PinStatus(asked.ref(), "ann", asked.reason(), until);
      json(exchange, fleet.pin(new NodeName(path[1]), pin));
    }
  }

  private void deployments(HttpExchange exchange, String[] path) throws IOException {
    if (path.length == 1) {
      String ref = query(exchange).get("ref");
      if (ref != null && !ref.equals("main")) {
        noRef(exchange, ref);
        return;
      }
      List<DeploymentView> all = fleet.deployments();
      int from = Integer.parseInt(query(exchange).getOrDefault("cursor", "0"));
      int to = Math.min(all.size(), from + PAGE);
      String next = to < all.size() ? Integer.toString(to) : null;
      json(exchange, new DeploymentView.Page(all.subList(from, to), next));
      return;
    }
    long id = Long.parseLong(path[1]);
    DeploymentView deployment = fleet.deployment(id);
    if (deployment == null) {
      problem(exchange, 404, "DEPLOYMENT_UNKNOWN", "there is no deployment " + id);
    } else if (path.length == 2) {
      json(exchange, deployment);
    } else {
      NodeName name = new NodeName(path[3]);
      json(
          exchange,
          new DeploymentView.Transcript(id, name, fleet.steps(name), fleet.underWay(name)));
    }
  }

  /** Plans are what a test says with {@code odd}. */
  private static void noRef(HttpExchange exchange, String ref) {
    problem(exchange, 422, "REF_MISSING", "no ref \"" + ref + "\"; there are main, prod");
  }

  private void tokens(HttpExchange exchange, String method, String[] path) throws IOException {
    switch (method) {
      case "POST" -> {
        TokenView.Request asked = body(exchange, TokenView.Request.class);
        tokens.add(new TokenView(asked.name(), asked.role(), "ann", FakeFleet.NOW, null));
        json(exchange, new TokenView.Made(asked.name(), asked.role(), "pct_made", null));
      }
      case "DELETE" -> {
        if (tokens.removeIf(t -> t.name().equals(path[1]))) {
          empty(exchange);
        } else {
          problem(exchange, 404, "TOKEN_MISSING", "there is no token of that name");
        }
      }
      default -> json(exchange, new TokenView.All(tokens));
    }
  }

  /** What is answered of every node's history. */
  public void history(HistoryView view) {
    history = view;
  }

  /** Adds to the audit log, which is read newest first. */
  public void audited(AuditView record) {
    audit.addFirst(record);
  }

  private void audit(HttpExchange exchange) {
    Map<String, String> query = query(exchange);
    long before = Long.parseLong(query.getOrDefault("cursor", "9999"));
    List<AuditView> found =
        audit.stream()
            .filter(r -> r.id() < before)
            .filter(r -> query.getOrDefault("who", r.who()).equals(r.who()))
            .limit(PAGE)
            .toList();
    String next = found.size() < PAGE ? null : Long.toString(found.getLast().id());
    json(exchange, new AuditView.Page(found, next));
  }

  /** What the last invitation was to allow. */
  public Invitation.Request invited() {
    return invited.getLast();
  }

  private void invitations(HttpExchange exchange, String method, String[] path) throws IOException {
    switch (method) {
      case "POST" -> {
        Invitation.Request asked = body(exchange, Invitation.Request.class);
        Instant end = FakeFleet.NOW.plusSeconds(3600);
        invitations.add(open(asked, end));
        invited.add(asked);
        json(
            exchange,
            new Invitation(
                JOIN_TOKEN,
                end,
                "pullcord-agent join https://c:8421",
                asked.refs() == null || asked.refs().contains("main")
                    ? null
                    : "there is no branch " + asked.refs().getFirst()));
      }
      case "DELETE" -> {
        if (invitations.removeIf(i -> i.id().equals(path[1]))) {
          empty(exchange);
        } else {
          problem(exchange, 404, "INVITATION_MISSING", "there is no invitation with that id");
        }
      }
      default -> json(exchange, new InvitationView.All(invitations));
    }
  }

  private InvitationView open(Invitation.Request asked, Instant end) {
    int uses = asked.uses() == null ? 1 : asked.uses();
    return new InvitationView(
        "%016x".formatted(invitations.size() + 1),
        InvitationView.State.OPEN,
        "ann",
        asked.namePattern(),
        asked.labels() == null ? Map.of() : asked.labels(),
        asked.refs() == null ? List.of("main") : asked.refs(),
        uses,
        uses,
        end);
  }

  private void events(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(": hello\n\n".getBytes(UTF_8));
    exchange.getResponseBody().flush();
    streams.add(exchange.getResponseBody());
    closed.await();
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getQuery();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        query.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return query;
  }

  private static <T> T body(HttpExchange exchange, Class<T> type) throws IOException {
    return PullcordJson.strict().readValue(exchange.getRequestBody().readAllBytes(), type);
  }

  private static void json(HttpExchange exchange, @Nullable Object value) {
    reply(exchange, 200, "application/json", value == null ? "" : PullcordJson.write(value));
  }

  private static void problem(HttpExchange exchange, int status, String code, String detail) {
    Problem problem = new Problem("urn:x", "title", status, code, detail, null, "r-1");
    reply(exchange, status, Problem.MEDIA_TYPE, PullcordJson.write(problem));
  }

  private static void empty(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(204, -1);
  }

  private static void reply(HttpExchange exchange, int status, String type, String body) {
    try {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      if (status / 100 == 3) {
        exchange.getResponseHeaders().set("Location", body);
      }
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      exchange.close(); // the client went away, as some tests want it to
    }
  }

  /** The fleet as {@link Fleet} has it, for comparing. */
  public Fleet numbers() {
    return fleet.numbers();
  }
}
