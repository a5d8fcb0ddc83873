package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pullcord.base.http.StandardWebhookSignature;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.testkit.ConnectProxy;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.GitNginxUpstream;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.TempGitRemote;
import dev.pullcord.testkit.TestTls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that follows a branch by itself: a real agent, a real nginx that wants a password, and a
 * receiver that is told of each outcome, through a proxy.
 */
@SuppressWarnings("NullAway.Init")
class NodeWithoutServerTest {
  private static final String SECRET = "correct horse battery";
  private static final Duration ASKED = Duration.ofSeconds(3);

  @TempDir Path directory;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<Long> tries = new CopyOnWriteArrayList<>();
  private volatile boolean busy;
  private TempGitRemote remote;
  private GitNginxUpstream host;
  private HttpsServer receiver;
  private ConnectProxy proxy;
  private LocalFleet home;
  private LocalAgent agent;

  @BeforeEach
  void start() throws Exception {
    Needs.tool("git");
    Needs.tool("setsid");
    remote = TempGitRemote.create(directory.resolve("root"));
    host = new GitNginxUpstream(directory.resolve("nginx"), directory.resolve("root"));
    TestTls tls = TestTls.make(directory.resolve("receiver.p12"));
    receiver = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
    receiver.createContext("/hook", this::take);
    receiver.start();
    proxy = new ConnectProxy();
    home = Fleets.made(directory.resolve("home"));
    agent = home.newAgent("edge-1");
    Map<String, String> environment = new HashMap<>();
    environment.put("HTTPS_PROXY", "http://127.0.0.1:" + proxy.port());
    environment.put("NO_PROXY", "127.0.0.1");
    environment.put(
        "PULLCORD_JAVA_OPTS",
        "-Djavax.net.ssl.trustStore="
            + trusting(tls)
            + " -Djavax.net.ssl.trustStorePassword=secret");
    agent.environment(environment);
  }

  private Path trusting(TestTls tls) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("receiver", tls.certificate());
    Path file = directory.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "secret".toCharArray());
    }
    return file;
  }

  @AfterEach
  void end() throws Exception {
    home.close();
    proxy.close();
    receiver.stop(0);
    host.close();
  }

  private Path config() throws IOException {
    Files.writeString(directory.resolve("password"), GitNginxUpstream.PASSWORD + "\n");
    Files.writeString(directory.resolve("secret"), SECRET + "\n");
    return Files.writeString(
        directory.resolve("agent.yaml"),
        """
        as-root: true
        node: edge-1
        git:
          url: %s
          poll: 1s
          credentials: {username: %s, password-file: %s}
          ca-file: %s
        notify: {url: "https://localhost:%d/hook", secret-file: %s}
        """
            .formatted(
                host.url("remote.git"),
                GitNginxUpstream.OTHER,
                directory.resolve("password"),
                host.authority(),
                receiver.getAddress().getPort(),
                directory.resolve("secret")));
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String time = exchange.getRequestHeaders().getFirst(StandardWebhookSignature.TIMESTAMP);
    boolean signed =
        new StandardWebhookSignature(SECRET)
            .verify(
                exchange.getRequestHeaders().getFirst(StandardWebhookSignature.ID),
                Long.parseLong(time),
                body,
                exchange.getRequestHeaders().getFirst(StandardWebhookSignature.SIGNATURE));
    tries.add(System.nanoTime());
    if (busy) {
      exchange.getResponseHeaders().set("Retry-After", Long.toString(ASKED.toSeconds()));
    } else if (signed) {
      JsonNode message = new ObjectMapper().readTree(body);
      told.add(message.get("type").asText() + " " + message.get("data").get("commit").asText());
    }
    exchange.sendResponseHeaders(busy ? 429 : signed ? 204 : 401, -1);
    exchange.close();
  }

  private void isTold(String... messages) {
    Eventually.within(Fleets.RECOVERY)
        .until("what the receiver was told", () -> List.copyOf(told), List.of(messages)::equals);
  }

  /** One story, since each part begins where the one before has ended. */
  @Test
  void followsItsBranchAndTellsOfEachOutcome() throws Exception {
    String first = remote.push(SmallWork.good(), "Begin");
    agent.start("--config", config().toString());
    isTold("node.converged " + first);
    Fleets.oneReleaseAndOneWorker(agent, first);

    String bad = remote.push(SmallWork.illTask("no"), "Break it");
    isTold("node.converged " + first, "node.rolled-back " + bad);
    Fleets.oneReleaseAndOneWorker(agent, first);

    busy = true;
    int before = tries.size();
    String mended = remote.push(SmallWork.good(), "Mend it");
    Eventually.within(Fleets.RECOVERY).isTrue("a message is put off", () -> tries.size() > before);
    busy = false;
    isTold("node.converged " + first, "node.rolled-back " + bad, "node.converged " + mended);
    assertThat(Duration.ofNanos(tries.get(before + 1) - tries.get(before)))
        .isGreaterThanOrEqualTo(ASKED);

    assertThat(proxy.asked())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("CONNECT localhost:" + receiver.getAddress().getPort()));
  }
}
