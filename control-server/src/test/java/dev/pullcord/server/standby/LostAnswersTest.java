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
import dev.pullcord.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a standby says when the active server does not answer, or is not the one it should be. */
class LostAnswersTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String NODES = "/api/v1/nodes";
  private static final String OF_ADA =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\nPullcord-Caller: ada\r\n\r\n";
  private static final Address ANY = new Address("127.0.0.1", 0);

  @TempDir Path directory;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Shares shares = new Shares("requests", "forwarded", 4, 4, 1);
  private ServerSocket active;
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicReference<Passage> last = new AtomicReference<>();
  private final Queue<PostgresTurn.Holder> holders = new ConcurrentLinkedQueue<>();
  private PostgresTurn.Holder holder;
  private Forwarding forwarding;
  private Listener people;
  private BareHttp standby;
  private String url;
  private volatile boolean holds;
  private volatile boolean stalls;
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
    people = Listener.bind(Port.PEOPLE, ANY, null, limits);
    Listener agents = Listener.bind(Port.AGENTS, ANY, key("standby"), limits);
    url = people.url();
    holder = holder(active);
    forwarding =
        new Forwarding(key("standby"), pin -> pin.equals(trusted), shares, System::nanoTime);
    standby =
        BareHttp.start(
            people,
            agents,
            new RequestAdmission(new KnownHosts(List.of()), ForwardingServers.none()),
            new Shares("bytes", "bodies", 1 << 20, 1 << 20, 1),
            new Client(new StandbyAnswers(this::holder, forwarding)));
  }

  private static PostgresTurn.Holder holder(ServerSocket server) {
    return new PostgresTurn.Holder("one", "", "https://127.0.0.1:" + server.getLocalPort());
  }

  private PostgresTurn.Holder holder() {
    PostgresTurn.Holder next = holders.poll();
    return next == null ? holder : next;
  }

  /** Its body never comes, if it is to be so. */
  private final class Client extends Handler.Wrapper {
    Client(Handler handler) {
      super(handler);
    }

    @Override
    public boolean handle(
        org.eclipse.jetty.server.Request request,
        org.eclipse.jetty.server.Response response,
        Callback callback)
        throws Exception {
      org.eclipse.jetty.server.Request stalling =
          new org.eclipse.jetty.server.Request.Wrapper(request) {
            @Override
            public Content.Chunk read() {
              return stalls
                  ? Content.Chunk.from(new TimeoutException("30 s without a byte"), false)
                  : super.read();
            }
          };
      boolean handled = super.handle(stalling, response, callback);
      last.set(Passage.of(request));
      return handled;
    }
  }

  @AfterEach
  void end() throws IOException {
    standby.close();
    active.close();
  }

  private CertifiedKey key(String name) throws IOException {
    return TlsKeys.create(directory, name, List.of("localhost"), Instant.EPOCH);
  }

  private void serve() {
    while (!active.isClosed()) {
      try {
        Socket socket = active.accept();
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException _) {
        // The test is over.
      }
    }
  }

  /** Reads the head of a request, says what is to be said, and hangs up unless it is to wait. */
  private void serve(Socket open) {
    try (Socket socket = open) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String first = in.readLine();
      if (first == null) {
        return;
      }
      asked.add(first);
      while (!in.readLine().isEmpty()) {
        // The other headers do not matter here.
      }
      if (holds) {
        held.incrementAndGet();
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      } else {
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException _) {
      // It has gone.
    }
  }

  private Response ask(String method, String path) throws IOException {
    RequestBody body = method.equals("GET") ? null : RequestBody.create("{}", null);
    Request request =
        new Request.Builder()
            .url(url + path)
            .header("Authorization", "Bearer of " + method)
            .method(method, body)
            .build();
    return new OkHttpClient.Builder().readTimeout(LIMIT).build().newCall(request).execute();
  }

  /** The code of what is answered, later. */
  private CompletableFuture<String> asks(String method, String path) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Response answered = ask(method, path)) {
            String body = answered.body().string();
            return body.replaceFirst("(?s).*\"code\":\"([^\"]*)\".*", "$1");
          } catch (IOException e) {
            return e.toString();
          }
        },
        Thread::startVirtualThread);
  }

  private void areHeld(int count) {
    Eventually.within(LIMIT).isTrue("the active server has them", () -> held.get() == count);
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
  void answerThatHasOnlyAHeaderIsLostToo() throws IOException {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nX-Of: active\r\n\r\n";
    says("\"STANDBY\"", "GET", NODES);
    says("\"ANSWER_LOST\"", "POST", NODES);
    try (Response lost = ask("GET", NODES)) {
      assertThat(lost.headers("X-Content-Type-Options")).containsExactly("nosniff");
      assertThat(lost.header("Pullcord-Request-Id")).isNotNull();
      assertThat(lost.header("X-Of")).isNull();
    }
  }

  /** The connection is there, and the other side reads nothing, so that no write ends. */
  @Test
  void requestWhoseWriteDidNotEndIsSaidToBeUncertain() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
      holder = holder(silent);
      CompletableFuture<String> lost = asks("POST", NODES);
      Eventually.within(LIMIT)
          .isTrue("it is being written", () -> last.get() != null && last.get().sent());
      forwarding.only("https://127.0.0.1:1");
      assertThat(lost.get(60, TimeUnit.SECONDS)).isEqualTo("ANSWER_LOST");
    }
  }

  @Test
  void clientThatDoesNotSendItsBodyIsToldSoAndTheActiveServerIsNotBlamed() throws IOException {
    holds = true;
    stalls = true;
    try (Response late = ask("POST", NODES)) {
      assertThat(late.code()).isEqualTo(408);
      assertThat(late.body().string()).doesNotContain("ANSWER_LOST");
    }
  }

  @Test
  void lostServerIsLoggedOnceAMinuteAndNotForEachRequest() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    LostAnswers lost = new LostAnswers(now::get);
    assertThat(lost.isToBeSaid()).isTrue();
    now.addAndGet(TimeUnit.SECONDS.toNanos(59));
    assertThat(lost.isToBeSaid()).isFalse();
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(lost.isToBeSaid()).isTrue();
    assertThat(lost.isToBeSaid()).isFalse();
  }

  @Test
  void activeServerThatIsForgottenMeanwhileIsAskedAllTheSame() throws IOException {
    answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    holders.add(holder);
    holder = new PostgresTurn.Holder("nobody", "", "");
    try (Response ok = ask("GET", NODES)) {
      assertThat(ok.code()).isEqualTo(200);
    }
  }

  @Test
  void nobodyWaitsForAServerThatIsActiveNoMore() throws Exception {
    holds = true;
    CompletableFuture<String> change = asks("POST", NODES);
    CompletableFuture<String> look = asks("GET", NODES);
    areHeld(2);
    forwarding.only(holder.agents());
    assertThat(change).isNotDone();
    assertThat(look).isNotDone();
    forwarding.only("https://127.0.0.1:1");
    assertThat(change.get(60, TimeUnit.SECONDS)).isEqualTo("ANSWER_LOST");
    assertThat(look.get(60, TimeUnit.SECONDS)).isEqualTo("STANDBY");
  }

  @Test
  void whoWaitsIsAnsweredWhenThisServerBecomesActive() throws Exception {
    holds = true;
    CompletableFuture<String> change = asks("POST", NODES);
    areHeld(1);
    forwarding.end();
    assertThat(change.get(60, TimeUnit.SECONDS)).isEqualTo("ANSWER_LOST");
    says("\"STANDBY\"", "POST", NODES);
    assertThat(asked).hasSize(1);
  }

  @Test
  void slowAnswerIsNoStrangersWhereTheCredentialsHaveWorked() throws Exception {
    answer = OF_ADA;
    ask("GET", NODES).close();
    holds = true;
    CompletableFuture<String> unknown = asks("POST", NODES);
    areHeld(1);
    int strangers = people.connections().strangers();
    CompletableFuture<String> known = asks("GET", NODES);
    areHeld(2);
    assertThat(strangers).isOne();
    assertThat(people.connections().strangers()).isOne();
    forwarding.end();
    assertThat(CompletableFuture.allOf(unknown, known)).succeedsWithin(LIMIT);
  }

  @Test
  void strangersLeaveHalfOfThePlacesToWhoIsKnown() throws Exception {
    answer = OF_ADA;
    ask("GET", NODES).close();
    holds = true;
    CompletableFuture<?> first = asks("POST", NODES);
    CompletableFuture<?> second = asks("POST", NODES);
    areHeld(2);
    try (Response full = ask("POST", NODES)) {
      assertThat(full.code()).isEqualTo(429);
    }
    CompletableFuture<?> known = asks("GET", NODES);
    areHeld(3);
    forwarding.end();
    assertThat(CompletableFuture.allOf(first, second, known)).succeedsWithin(LIMIT);
  }

  @Test
  void onlySoManyAreSentOnAtOnce() throws IOException {
    try (Shares.Share _ = shares.take("another", 4)) {
      says("\"ALL_TAKEN\"", "GET", "/api/v1/fleet");
    }
    assertThat(asked).isEmpty();
  }
}
