package dev.pullcord.server.standby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.http.BareHttp;
import dev.pullcord.server.http.KnownHosts;
import dev.pullcord.server.http.Listener;
import dev.pullcord.server.http.RequestAdmission;
import dev.pullcord.server.http.connection.ConnectionLimits;
import dev.pullcord.server.security.ForwardingServers;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.limit.Shares;
import dev.pullcord.server.security.tls.AnyClientKey;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.store.postgres.PostgresTurn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a standby says when the active server does not answer, or is not the one it should be. */
class LostAnswersTest {
  private static final Address ANY = new Address("127.0.0.1", 0);

  @TempDir Path directory;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Shares shares = new Shares("requests", "forwarded", 1, 1, 1);
  private ServerSocket active;
  private BareHttp standby;
  private String url;
  private volatile String trusted;
  private volatile String answer = "";

  @BeforeEach
  void start() throws IOException {
    CertifiedKey key = key("active");
    trusted = key.pin();
    active =
        TlsContexts.showing(key, new AnyClientKey())
            .getServerSocketFactory()
            .createServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
    Thread.startVirtualThread(this::serve);
    ConnectionLimits limits = ConnectionLimits.of(100, 10);
    Listener people = Listener.bind(Port.PEOPLE, ANY, null, limits);
    Listener agents = Listener.bind(Port.AGENTS, ANY, key("standby"), limits);
    url = people.url();
    PostgresTurn.Holder holder =
        new PostgresTurn.Holder("one", "", "https://127.0.0.1:" + active.getLocalPort());
    Forwarding forwarding =
        new Forwarding(() -> holder, key("standby"), pin -> pin.equals(trusted), shares);
    standby =
        BareHttp.start(
            people,
            agents,
            new RequestAdmission(new KnownHosts(List.of()), ForwardingServers.none()),
            new Shares("bytes", "bodies", 1 << 20, 1 << 20, 1),
            new StandbyAnswers(() -> holder, forwarding));
  }

  @AfterEach
  void end() throws IOException {
    standby.close();
    active.close();
  }

  private CertifiedKey key(String name) throws IOException {
    return TlsKeys.create(directory, name, List.of("localhost"), Instant.EPOCH);
  }

  /** Reads the head of a request, says what is to be said, and hangs up. */
  private void serve() {
    while (!active.isClosed()) {
      try (Socket socket = active.accept()) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String first = in.readLine();
        if (first != null) {
          asked.add(first);
          while (!in.readLine().isEmpty()) {
            // The other headers do not matter here.
          }
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException _) {
        // The next one comes, or the test is over.
      }
    }
  }

  private Response ask(String method, String path) throws IOException {
    RequestBody body = method.equals("GET") ? null : RequestBody.create("{}", null);
    Request request = new Request.Builder().url(url + path).method(method, body).build();
    return new OkHttpClient().newCall(request).execute();
  }

  private void says(String code, String method, String path) throws IOException {
    try (Response lost = ask(method, path)) {
      assertThat(lost.code()).isEqualTo(503);
      assertThat(lost.header("Retry-After")).isEqualTo("1");
      assertThat(lost.body().string()).contains(code);
    }
  }

  @Test
  void whatWasNotSentCanBeAskedAgain() throws IOException {
    active.close();
    says("\"STANDBY\"", "POST", "/api/v1/invitations");
    says("STANDBY  this server is a standby", "POST", "/git/fleet.git/git-receive-pack");
  }

  @Test
  void whatMayBeDoneIsSaidToBeUncertain() throws IOException {
    says("\"ANSWER_LOST\"", "POST", "/api/v1/invitations");
    says("\"STANDBY\"", "GET", "/api/v1/invitations");
    assertThat(asked)
        .containsExactly("POST /api/v1/invitations HTTP/1.1", "GET /api/v1/invitations HTTP/1.1");
  }

  @Test
  void nothingIsSentToAServerWithAnotherKey() throws IOException {
    trusted = "00".repeat(32);
    says("\"STANDBY\"", "POST", "/api/v1/invitations");
    assertThat(asked).isEmpty();
  }

  @Test
  void answerThatBreaksOffEndsTheConnection() throws IOException {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    try (Response half = ask("GET", "/api/v1/fleet")) {
      assertThat(half.code()).isEqualTo(200);
      assertThatThrownBy(() -> half.body().string()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void onlySoManyAreSentOnAtOnce() throws IOException {
    try (Shares.Share _ = shares.take("another")) {
      says("\"ALL_TAKEN\"", "GET", "/api/v1/fleet");
    }
    assertThat(asked).isEmpty();
  }
}
