package dev.pullcord.agent.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.base.tls.KeyPin;
import dev.pullcord.base.tls.KeySuccession;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.ReportMessages;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The agents' port with everything behind it in memory. It keeps its key, its port and its state
 * over {@link #goAway()} and {@link #comeBack()}.
 */
public final class FakeServer implements AutoCloseable {
  static {
    // Without it the JDK's server waits 40 ms with every answer.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final NodeKey key = NodeKey.generate();
  private final List<X509Certificate> vouchers = new CopyOnWriteArrayList<>();
  private final Map<NodeKeyId, NodeName> nodes = new ConcurrentHashMap<>();
  private final Map<NodeKeyId, NodeName> removed = new ConcurrentHashMap<>();
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final Map<String, NodeKeyId> usedTokens = new ConcurrentHashMap<>();
  private final TreeMap<ReportNumber, NodeReport> reports = new TreeMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<NodeFacts> facts = new CopyOnWriteArrayList<>();
  private final List<OutputStream> streams = new CopyOnWriteArrayList<>();
  private final Map<String, HttpHandler> instead = new ConcurrentHashMap<>();
  private volatile @Nullable DesiredState desired;
  private volatile Instant time = Instant.parse("2026-01-01T00:00:00Z");
  private volatile boolean inline = true;
  private volatile int refusals;
  private volatile int lostEnrolments;
  private volatile boolean standby;
  private volatile @Nullable HttpHandler git;
  private long epoch;
  private int port;
  private @Nullable HttpsServer server;
  private @Nullable ExecutorService threads;

  private FakeServer() {}

  /** One that answers already. */
  public static FakeServer start() {
    FakeServer fake = new FakeServer();
    fake.comeBack();
    return fake;
  }

  /** Begins to answer again, on the same port. */
  public void comeBack() {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      HttpsServer made = HttpsServer.create(address, 0);
      made.setHttpsConfigurator(ServerTls.configurator(key.pair().with(vouchers)));
      made.createContext("/", this::handle);
      ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
      made.setExecutor(pool);
      made.start();
      port = made.getAddress().getPort();
      server = made;
      threads = pool;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cuts every connection and stops answering. */
  public void goAway() {
    HttpsServer running = server;
    ExecutorService pool = threads;
    server = null;
    if (running != null && pool != null) {
      endStreams();
      running.stop(0);
      pool.shutdownNow();
    }
  }

  /** Shows from its next start on that it trusts the other's key. */
  public void vouchFor(FakeServer other) {
    vouchers.add(
        KeySuccession.voucher(key.pair(), other.key.pair().certificate().getPublicKey(), time));
  }

  /** Two that trust each other's keys, as the servers of one store do. */
  public static List<FakeServer> two() {
    FakeServer one = new FakeServer();
    FakeServer two = new FakeServer();
    one.vouchFor(two);
    two.vouchFor(one);
    one.comeBack();
    two.comeBack();
    return List.of(one, two);
  }

  /** Answers each request as a server that waits for its turn, until it {@link #isActive()}. */
  public void isStandby() {
    standby = true;
    endStreams();
  }

  /** Answers as the server that does the work. */
  public void isActive() {
    standby = false;
  }

  @Override
  public void close() {
    goAway();
  }

  public String url() {
    return "https://localhost:" + port;
  }

  public String pin() {
    return key.id().value();
  }

  public ServerAddress address() {
    return new ServerAddress(url(), pin());
  }

  /** A token that one node may use. */
  public String invite() {
    String id = HexFormat.of().toHexDigits(tokens.size() + 1L);
    String secret = "5e".repeat(32);
    tokens.put(id, secret);
    return new JoinToken(pin(), id, secret).text();
  }

  /** Enrols a key without a token. */
  public void knows(NodeKey node, String name) {
    nodes.put(node.id(), new NodeName(name));
  }

  /** Takes a node out, as {@code pullcord node remove} does. */
  public void remove(NodeKey node) {
    NodeName name = nodes.remove(node.id());
    if (name != null) {
      removed.put(node.id(), name);
    }
    endStreams();
  }

  public void serveGit(HttpHandler handler) {
    git = handler;
  }

  /** Whether events carry the document, or only say that there is one. */
  public void inlineDocuments(boolean yes) {
    inline = yes;
  }

  /** Answers this path in another way from now on. */
  public void answer(String path, HttpHandler handler) {
    instead.put(path, handler);
  }

  /** Answers it as a server does, again. */
  public void answerAsUsual(String path) {
    instead.remove(path);
  }

  public void setTime(Instant now) {
    time = now;
  }

  /** Loses the next acknowledgements: what was sent is stored, and the client learns nothing. */
  public void loseAcknowledgements(int count) {
    refusals = count;
  }

  /** Lets the next nodes in, and cuts the connection in place of the answer. */
  public void loseEnrolments(int count) {
    lostEnrolments = count;
  }

  /** What every node is to run, from now on; tells those that listen. */
  public void decide(DesiredState state) {
    desired = state;
    event(new ServerEvent.Changed(state.revision(), inline ? state : null, null));
  }

  /** Changes the decision and tells nobody. */
  public void decideSilently(DesiredState state) {
    desired = state;
  }

  public void event(ServerEvent event) {
    send("data: " + PullcordJson.write(event) + "\n\n");
  }

  /** Sends these characters on every stream, whatever they are. */
  public void send(String raw) {
    for (OutputStream stream : streams) {
      try {
        stream.write(raw.getBytes(StandardCharsets.UTF_8));
        stream.flush();
      } catch (IOException e) {
        streams.remove(stream);
      }
    }
  }

  public int listeners() {
    return streams.size();
  }

  public synchronized List<NodeReport> reports() {
    return List.copyOf(reports.values());
  }

  /** What nodes said of their hosts, oldest first. */
  public List<NodeFacts> facts() {
    return List.copyOf(facts);
  }

  /** Method and path of each request so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  public long requests(String line) {
    return requests.stream().filter(line::equals).count();
  }

  private void endStreams() {
    for (OutputStream stream : streams) {
      try {
        stream.close();
      } catch (IOException e) {
        // The client went first.
        streams.remove(stream);
      }
    }
    streams.clear();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    try {
      HttpHandler other = instead.get(path);
      if (standby) {
        exchange.getResponseHeaders().set("Retry-After", "1");
        problem(exchange, 503, Problem.STANDBY);
      } else if (other != null) {
        other.handle(exchange);
      } else if (path.equals("/agent/v1/enroll")) {
        enroll(exchange, keyOf(exchange));
      } else {
        known(exchange, path);
      }
    } finally {
      if (standby || !path.equals("/agent/v1/events")) {
        exchange.close();
      }
    }
  }

  private void known(HttpExchange exchange, String path) throws IOException {
    NodeKeyId id = keyOf(exchange);
    if (id == null || !nodes.containsKey(id)) {
      boolean gone = id != null && removed.containsKey(id);
      problem(exchange, gone ? 403 : 401, gone ? "NODE_REMOVED" : "NODE_UNKNOWN");
      return;
    }
    HttpHandler repository = git;
    if (path.startsWith("/git/") && repository != null) {
      repository.handle(exchange);
      return;
    }
    switch (path) {
      case "/agent/v1/session" -> {
        long issued;
        synchronized (this) {
          issued = ++epoch;
        }
        json(exchange, new ReportMessages.Session(issued, revision(), time));
      }
      case "/agent/v1/desired" -> json(exchange, nowDesired());
      case "/agent/v1/heartbeat" -> json(exchange, new ReportMessages.Heartbeat(revision(), time));
      case "/agent/v1/facts" -> facts(exchange);
      case "/agent/v1/reports" -> store(exchange);
      case "/agent/v1/events" -> listen(exchange);
      default -> problem(exchange, 404, "NOT_FOUND");
    }
  }

  private void enroll(HttpExchange exchange, @Nullable NodeKeyId id) throws IOException {
    EnrollRequest request =
        PullcordJson.wire().readValue(exchange.getRequestBody(), EnrollRequest.class);
    NodeKeyId user = usedTokens.get(request.tokenId());
    boolean good = request.secret().equals(tokens.get(request.tokenId()));
    if (id == null || !good || (user != null && !user.equals(id))) {
      problem(exchange, 401, "TOKEN_REFUSED");
      return;
    }
    usedTokens.put(request.tokenId(), id);
    nodes.putIfAbsent(id, request.name());
    if (lostEnrolments > 0) {
      lostEnrolments--;
      return;
    }
    String ref = request.ref() == null ? "main" : request.ref();
    json(exchange, new EnrollReply(nodes.getOrDefault(id, request.name()), "fleet", ref));
  }

  private void store(HttpExchange exchange) throws IOException {
    ReportMessages.Batch batch =
        PullcordJson.wire().readValue(exchange.getRequestBody(), ReportMessages.Batch.class);
    synchronized (this) {
      batch.reports().forEach(r -> reports.putIfAbsent(r.number(), r));
    }
    if (refusals > 0) {
      refusals--;
      exchange.close();
      return;
    }
    json(exchange, new ReportMessages.Stored(batch.reports().getLast().number(), time));
  }

  private void facts(HttpExchange exchange) throws IOException {
    facts.add(PullcordJson.wire().readValue(exchange.getRequestBody(), NodeFacts.class));
    json(exchange, new ReportMessages.Heartbeat(revision(), time));
  }

  private void listen(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.write(": welcome\n\n".getBytes(StandardCharsets.UTF_8));
    DesiredState known = desired;
    if (known != null) {
      ServerEvent first =
          new ServerEvent.Changed(known.revision(), inline ? nowDesired() : null, null);
      out.write(("data: " + PullcordJson.write(first) + "\n\n").getBytes(StandardCharsets.UTF_8));
    }
    out.flush();
    streams.add(out);
  }

  private @Nullable DesiredState nowDesired() {
    DesiredState known = desired;
    return known == null
        ? null
        : new DesiredState(
            known.revision(),
            known.node(),
            known.repository(),
            known.ref(),
            known.commit(),
            known.deployment(),
            known.pin(),
            known.retry(),
            time,
            known.labels(),
            known.orders());
  }

  private long revision() {
    DesiredState known = desired;
    return known == null ? 0 : known.revision();
  }

  public static void json(HttpExchange exchange, @Nullable Object body) throws IOException {
    String text = body == null ? "null" : PullcordJson.write(body);
    respond(exchange, 200, "application/json", text);
  }

  public static void problem(HttpExchange exchange, int status, String code) throws IOException {
    Problem problem =
        new Problem("urn:pullcord:problem:" + code, code, status, code, "the reason", null, null);
    respond(exchange, status, Problem.MEDIA_TYPE, PullcordJson.write(problem));
  }

  public static void respond(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static @Nullable NodeKeyId keyOf(HttpExchange exchange) {
    try {
      Certificate shown = ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0];
      return new NodeKeyId(KeyPin.of(shown.getPublicKey()));
    } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
      return null;
    }
  }
}
