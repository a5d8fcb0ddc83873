package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.security.ForwardingServers;
import dev.pullcord.server.security.limit.FailedSignIns;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.SocketFactory;
import okhttp3.FormBody;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What people get who ask a standby. Clients have other addresses of loopback than the servers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForwardingTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int HEADERS_MAX = 100;
  private static final MediaType JSON = MediaType.get("application/json");

  private static final AtomicInteger ADDRESSES = new AtomicInteger(1);

  private final CountDownLatch waits = new CountDownLatch(1);
  private String address;
  private OkHttpClient ada;
  private ServerConfig first;
  private ServerConfig second;
  private String token;
  private ServerAssembly active;
  private CompletableFuture<ServerAssembly> standby;

  @BeforeAll
  void startBoth(@TempDir Path directory) throws Exception {
    Path secret = Files.writeString(directory.resolve("hook.secret"), "correct horse");
    ServerPair pair =
        ServerPair.make(
            directory,
            "upstream:",
            "  url: https://127.0.0.1:9/acme/fleet.git",
            "  webhook: {kind: gitea, secret-file: " + secret + "}");
    first = pair.first();
    second = pair.second();
    token = pair.token();
    active = ServerAssembly.start(first);
    standby = ServerPair.start(second, waits);
    waits.await();
    comesFromElsewhere();
    Eventually.within(LIMIT)
        .isTrue("the active server knows the standby's key", () -> status("/api/v1/whoami") == 200);
  }

  @BeforeEach
  void comesFromElsewhere() {
    address = another();
    ada = at(address);
  }

  private static String another() {
    return "127.0.0." + ADDRESSES.incrementAndGet();
  }

  @AfterAll
  void endBoth() {
    active.close();
    standby.join().close();
  }

  /** A client with that address. */
  private static OkHttpClient at(String address) {
    return TestServer.client(null).newBuilder().socketFactory(new BoundSockets(address)).build();
  }

  private Request.Builder ask(ServerConfig server, String path) {
    return new Request.Builder()
        .url("https://" + server.listen() + path)
        .header("Authorization", "Bearer " + token);
  }

  private int status(String path) {
    try (Response answer = ada.newCall(ask(second, path).build()).execute()) {
      return answer.code();
    } catch (IOException e) {
      return -1;
    }
  }

  private String text(ServerConfig server, String path) {
    try (Response answer = ada.newCall(ask(server, path).build()).execute()) {
      return answer.body().string();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Response signIn(OkHttpClient client, ServerConfig server, String with)
      throws IOException {
    String page = "https://" + server.listen() + "/ui/sign-in";
    Request form = new Request.Builder().url(page).build();
    String secret;
    String cookie;
    try (Response shown = client.newCall(form).execute()) {
      secret = shown.body().string().replaceFirst("(?s).*name=\"form\" value=\"([^\"]*)\".*", "$1");
      cookie = cookie(shown);
    }
    Request filled =
        new Request.Builder()
            .url(page)
            .header("Cookie", cookie)
            .header("Sec-Fetch-Site", "same-origin")
            .header(ForwardingServers.CLIENT, "203.0.113.9")
            .post(new FormBody.Builder().add("form", secret).add("token", with).build())
            .build();
    return client.newCall(filled).execute();
  }

  private static String cookie(Response answer) {
    return String.valueOf(answer.header("Set-Cookie")).replaceAll(";.*", "");
  }

  @Test
  void standbyAnswersWhatTheActiveServerAnswers() throws IOException {
    for (String path : List.of("/api/v1/servers", "/api/v1/nodes?label=a%3Db|\"x", "/ui/none")) {
      assertThat(text(second, path).replaceAll("\"(lastSeen|requestId)\":\"[^\"]*\"", ""))
          .as(path)
          .isEqualTo(text(first, path).replaceAll("\"(lastSeen|requestId)\":\"[^\"]*\"", ""));
    }
    try (Response start = ada.newCall(ask(second, "/").build()).execute()) {
      assertThat(start.header("Location")).isEqualTo("/ui");
      assertThat(start.headers("Content-Security-Policy")).hasSize(1);
      assertThat(start.header(ForwardingServers.CALLER)).isNull();
    }
    Request invite =
        ask(second, "/api/v1/invitations").post(RequestBody.create("{\"uses\": 1}", JSON)).build();
    try (Response made = ada.newCall(invite).execute()) {
      assertThat(made.code()).as(made.body().string()).isEqualTo(201);
    }
    Request large =
        ask(second, "/api/v1/invitations").post(RequestBody.create(new byte[2 << 20])).build();
    try (Response no = ada.newCall(large).execute()) {
      assertThat(no.code()).isEqualTo(413);
    }
  }

  @Test
  void personSignsInAndTheAuditLogHasThePersonsAddress() throws IOException {
    String cookie;
    try (Response in = signIn(ada, second, token)) {
      assertThat(in.code()).isEqualTo(303);
      cookie = cookie(in);
    }
    Request page = ask(second, "/ui/audit").removeHeader("Authorization").build();
    try (Response shown =
        ada.newCall(page.newBuilder().header("Cookie", cookie).build()).execute()) {
      assertThat(shown.code()).isEqualTo(200);
    }
    Eventually.within(LIMIT)
        .isTrue("it is in the log", () -> text(first, "/api/v1/audit").contains("sign-in"));
    assertThat(text(first, "/api/v1/audit")).contains(address).doesNotContain("203.0.113.9");
  }

  @Test
  void wrongTokensCountForTheClientWhicheverServerHeAsks() throws IOException {
    for (int i = 0; i < FailedSignIns.WRONG_MAX; i++) {
      try (Response no = signIn(ada, i % 2 == 0 ? first : second, "wrong " + i)) {
        assertThat(no.code()).isEqualTo(401);
      }
    }
    try (Response full = signIn(ada, second, "another");
        Response other = signIn(at(another()), second, "another")) {
      assertThat(full.code()).isEqualTo(429);
      assertThat(other.code()).isEqualTo(401);
    }
  }

  @Test
  void nobodyButAServerSpeaksForAClient() throws IOException {
    CertifiedKey stranger = TlsKeys.load(second.tls(), "people");
    for (CertifiedKey key : new CertifiedKey[] {null, stranger}) {
      Request forged =
          ask(first, "/api/v1/whoami")
              .url("https://" + first.agents() + "/api/v1/whoami")
              .header(ForwardingServers.CLIENT, "203.0.113.9")
              .build();
      try (Response no = TestServer.client(key).newCall(forged).execute()) {
        assertThat(no.code()).isEqualTo(503);
        assertThat(no.body().string()).contains("\"STANDBY\"", "does not know");
      }
    }
  }

  /** What another server of this pair would be answered while its key is new. */
  @Test
  void serverThatIsNotKnownYetGetsTheCodeWithWhichGitAndPullcordAskTheNext() throws IOException {
    Request early =
        ask(first, "/")
            .url("https://" + first.agents() + "/git/fleet.git/info/refs?service=git-upload-pack")
            .header(ForwardingServers.CLIENT, "203.0.113.9")
            .build();
    CertifiedKey stranger = TlsKeys.load(second.tls(), "people");
    try (Response no = TestServer.client(stranger).newCall(early).execute()) {
      assertThat(no.code()).isEqualTo(503);
      assertThat(no.header("Retry-After")).isEqualTo("1");
      assertThat(no.body().string()).startsWith("STANDBY  ").contains("does not know");
    }
  }

  /** One header and its bytes are the standby's. */
  @Test
  void requestIsAsLargeAsItMayBeAtTheActiveServer() throws IOException {
    String start =
        "GET /api/v1/whoami HTTP/1.1\r\nHost:localhost\r\nAuthorization:Bearer " + token + "\r\n";
    String many = start + "x:1\r\n".repeat(HEADERS_MAX - 2) + "\r\n";
    String large = start + "x:" + "1".repeat((16 << 10) - start.length() - 7) + "\r\n\r\n";
    for (ServerConfig server : List.of(first, second)) {
      assertThat(firstLine(server, many)).as(server.listen() + ": many").contains(" 200 ");
      assertThat(firstLine(server, large)).as(server.listen() + ": large").contains(" 200 ");
      assertThat(firstLine(server, start + "x:1\r\n".repeat(HEADERS_MAX - 1) + "\r\n"))
          .contains(" 431 ");
    }
  }

  private static String firstLine(ServerConfig server, String request) throws IOException {
    try (Socket socket =
        TestServer.client(null)
            .sslSocketFactory()
            .createSocket("127.0.0.1", server.listen().port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  @Test
  void nothingIsSentOnTwice() throws IOException {
    Request sentOn =
        ask(second, "/")
            .url("https://" + second.agents() + "/api/v1/whoami")
            .header(ForwardingServers.CLIENT, "203.0.113.9")
            .build();
    CertifiedKey server = TlsKeys.load(first.tls(), "agents");
    try (Response no = TestServer.client(server).newCall(sentOn).execute()) {
      assertThat(no.code()).isEqualTo(503);
      assertThat(no.body().string()).contains("\"STANDBY\"");
    }
  }

  @Test
  void serverSpeaksOfNoRouteOfTheOtherPort() throws IOException {
    Request odd =
        ask(first, "/")
            .url("https://" + first.agents() + "/agent/v1/desired")
            .header(ForwardingServers.CLIENT, "203.0.113.9")
            .build();
    CertifiedKey server = TlsKeys.load(second.tls(), "agents");
    try (Response no = TestServer.client(server).newCall(odd).execute()) {
      assertThat(no.code()).isEqualTo(404);
    }
  }

  @Test
  void signedDeliveryIsTaken() throws Exception {
    String body =
        "{\"ref\": \"refs/heads/main\", \"after\": \""
            + "3f".repeat(20)
            + "\", \"repository\": {\"full_name\": \"acme/fleet\"}}";
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("correct horse".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] signature = mac.doFinal(body.getBytes(StandardCharsets.UTF_8));
    Request.Builder delivery =
        new Request.Builder()
            .url("https://" + second.listen() + "/webhooks/gitea")
            .header("X-Gitea-Event", "push")
            .header("X-Gitea-Delivery", "1")
            .post(RequestBody.create(body, JSON));
    try (Response no = ada.newCall(delivery.build()).execute()) {
      assertThat(no.code()).isEqualTo(401);
    }
    delivery.header("X-Gitea-Signature", HexFormat.of().formatHex(signature));
    try (Response taken = ada.newCall(delivery.build()).execute()) {
      assertThat(taken.code()).isEqualTo(202);
    }
  }

  @Test
  void eventStreamGoesOn() throws IOException {
    follow(1);
  }

  /** Longer than a stranger may take for a request, and than a connection may be idle. */
  @Test
  @EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
  void eventStreamGoesOnForLongerThanAnyIdleTime() throws IOException {
    follow(4);
  }

  /** Reads on until that many comments came, one each 15 s, and then a change. */
  private void follow(int comments) throws IOException {
    OkHttpClient client = ada.newBuilder().readTimeout(LIMIT).build();
    try (Response stream = client.newCall(ask(second, "/api/v1/events").build()).execute()) {
      BufferedSource lines = stream.body().source();
      assertThat(lines.readUtf8LineStrict()).isEqualTo("event: change");
      int seen = 0;
      while (seen < comments - 1) {
        seen += lines.readUtf8LineStrict().startsWith(":") ? 1 : 0;
      }
      Request node =
          ask(second, "/api/v1/freezes")
              .put(RequestBody.create("{\"for\": \"1h\", \"reason\": \"test\"}", JSON))
              .build();
      try (Response held = client.newCall(node).execute()) {
        assertThat(held.code()).as(held.body().string()).isBetween(200, 299);
      }
      String line = lines.readUtf8LineStrict();
      while (!line.equals("event: change")) {
        line = lines.readUtf8LineStrict();
      }
    }
  }

  /** Sockets that begin at one address. */
  private static final class BoundSockets extends SocketFactory {
    private final String address;

    BoundSockets(String address) {
      this.address = address;
    }

    @Override
    public Socket createSocket() throws IOException {
      Socket socket = new Socket();
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }
  }
}
