package dev.pullcord.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.KeySuccession;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.base.tls.SelfSigned;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.client.tls.Fingerprint;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestTls;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ServerClientTest {
  private static final NodeName NODE = new NodeName("grep-1");
  private static final String FLEET = "GET /api/v1/fleet";
  private static final Requests.Whoami ANN = new Requests.Whoami("ann", "operator", "9.9", "fleet");
  @TempDir Path directory;
  private ScriptedServer server;
  private ServerClient client;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedServer();
    client = server.client(null);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void eachRequestGoesWhereTheApiHasIt() {
    client.remove(NODE);
    client.retry(NODE);
    client.order(NODE, "grep", WorkerAct.STOP, "disk");
    client.kill(NODE, 7, "hangs");
    client.follow(NODE, "prod");
    client.label(NODE, new Requests.Labels(Map.of("dc", "sea"), List.of("gpu")));
    new HoldCalls(client).pin(NODE, new PinView.Request("fix", "2h", "try"));
    new HoldCalls(client).unpin(NODE);
    new AccessCalls(client).revokeInvitation("00ff");
    new AccessCalls(client).createToken(new TokenView.Request("ci", "viewer", null));
    new AccessCalls(client).revokeToken("ci");
    client.transcript(12, NODE);
    client.plan("try", "role=grep");
    client.deployments("main", "9");
    client.audit(Map.of("who", "ann"), "40");
    client.logs(NODE, "grep", 3, true, _ -> true);
    client.ready();
    assertThat(server.requests())
        .containsExactly(
            "DELETE /api/v1/nodes/grep-1",
            "POST /api/v1/nodes/grep-1/retry",
            "POST /api/v1/nodes/grep-1/workers/grep/stop {\"reason\":\"disk\"}",
            "POST /api/v1/nodes/grep-1/generations/7/kill {\"reason\":\"hangs\"}",
            "PUT /api/v1/nodes/grep-1/ref {\"ref\":\"prod\"}",
            "PATCH /api/v1/nodes/grep-1/labels {\"set\":{\"dc\":\"sea\"},\"remove\":[\"gpu\"]}",
            "PUT /api/v1/pins/grep-1 {\"ref\":\"fix\",\"for\":\"2h\",\"reason\":\"try\","
                + "\"evenFrozen\":null}",
            "DELETE /api/v1/pins/grep-1",
            "DELETE /api/v1/invitations/00ff",
            "POST /api/v1/tokens {\"name\":\"ci\",\"role\":\"viewer\",\"ttl\":null}",
            "DELETE /api/v1/tokens/ci",
            "GET /api/v1/deployments/12/nodes/grep-1/transcript",
            "GET /api/v1/plan?commit=try&selector=role%3Dgrep",
            "GET /api/v1/deployments?ref=main&cursor=9",
            "GET /api/v1/audit?cursor=40&who=ann",
            "GET /api/v1/nodes/grep-1/logs?lines=3&follow=true&worker=grep",
            "GET /readyz");
  }

  @Test
  void readsAllPagesOfNodesAndGivesUpOnAListWithoutAnEnd() {
    String page = "{\"nodes\":[],\"next\":\"%s\"}";
    server.answer("GET /api/v1/nodes?selector=a", 200, "application/json", page.formatted("2"));
    server.answer(
        "GET /api/v1/nodes?selector=a&cursor=2",
        200,
        "application/json",
        "{\"nodes\":[],\"next\":null}");
    assertThat(client.nodes("a", null)).isInstanceOf(ServerReply.Got.class);
    assertThat(server.requests()).hasSize(2);
    server.answer("GET /api/v1/nodes", 200, "application/json", page.formatted("1"));
    server.answer("GET /api/v1/nodes?cursor=1", 200, "application/json", page.formatted("1"));
    assertThat(client.nodes(null, null))
        .isEqualTo(new ServerReply.Strange<>("the list of nodes does not end"));
  }

  @Test
  void aLogEndsWhenNobodyWantsMoreAndSignsOfLifeAreNoLines() {
    String log = "GET /api/v1/nodes/grep-1/logs?lines=200&follow=false";
    server.answer(log, 200, "text/plain", "one\n\0\ntwo\nthree\n");
    List<String> lines = new ArrayList<>();
    client.logs(NODE, null, 200, false, line -> lines.add(line) && lines.size() < 2);
    assertThat(lines).containsExactly("one", "two");
    server.refuse(log, 409, "NODE_AWAY", "grep-1 is not connected");
    assertThat(client.logs(NODE, null, 200, false, _ -> true).refusal().orElseThrow().code())
        .isEqualTo("NODE_AWAY");
  }

  @Test
  void aLogThatBrokeOffIsNotOneThatIsOver() {
    String log = "GET /api/v1/nodes/grep-1/logs?lines=200&follow=";
    String text = "one\nthe log of grep-1 ends here: it was read too slowly\n\0broke off\n";
    server.answer(log + "false", 200, "text/plain", text);
    server.answer(log + "true", 200, "text/plain", text);
    List<String> lines = new ArrayList<>();

    assertThat(client.logs(NODE, null, 200, false, lines::add))
        .isEqualTo(
            new ServerReply.Unreachable<>(
                "the log of grep-1 broke off; its last line says why: read it again"));
    assertThat(lines).hasSize(2);
    assertThat(client.logs(NODE, null, 200, true, lines::add))
        .as("whoever follows it says how to go on")
        .isInstanceOf(ServerReply.Got.class);
  }

  @Test
  void speaksToTheServerWhoseKeyItKnows() throws Exception {
    TestTls tls = TestTls.make(directory.resolve("keys"));
    try (ScriptedServer secure = new ScriptedServer(tls.context())) {
      secure.answer("GET /api/v1/whoami", ANN);
      assertThat(secure.client(Fingerprint.of(tls.certificate())).whoami())
          .isEqualTo(new ServerReply.Got<>(ANN));
    }
  }

  @Test
  void sendsNothingToAServerWithAnotherKey() throws Exception {
    TestTls tls = TestTls.make(directory.resolve("keys"));
    try (ScriptedServer secure = new ScriptedServer(tls.context())) {
      ServerReply<Fleet> answer = secure.client(new Fingerprint("ab".repeat(32))).fleet();
      assertThat(answer).isInstanceOf(ServerReply.Unreachable.class);
      assertThat(((ServerReply.Unreachable<?>) answer).why()).contains("another key", "abab");
      assertThat(secure.requests()).isEmpty();
    }
  }

  @Test
  void trustsNobodyWhenNoKeyIsKnownAndTheSystemDoesNot() throws Exception {
    TestTls tls = TestTls.make(directory.resolve("keys"));
    try (ScriptedServer secure = new ScriptedServer(tls.context())) {
      ServerReply<Fleet> answer = secure.client(null).fleet();
      assertThat(answer).isInstanceOf(ServerReply.Unreachable.class);
      assertThat(((ServerReply.Unreachable<?>) answer).why())
          .contains("does not trust", "pullcord login");
    }
  }

  @Test
  void looksAtAKeyBeforeItIsTrusted() throws Exception {
    TestTls tls = TestTls.make(directory.resolve("keys"));
    try (ScriptedServer secure = new ScriptedServer(tls.context())) {
      PresentedCertificate shown = PresentedCertificate.of(secure.url());
      assertThat(shown.fingerprint()).isEqualTo(Fingerprint.of(tls.certificate()));
      assertThat(shown.trustedBySystem()).isFalse();
      assertThat(shown.pem())
          .startsWith("-----BEGIN CERTIFICATE-----\n")
          .endsWith("\n-----END CERTIFICATE-----\n");
      assertThat(secure.requests()).isEmpty();
    }
  }

  @Test
  void doesNotFollowARedirectWithTheToken() throws Exception {
    try (ScriptedServer other = new ScriptedServer()) {
      server.answer(FLEET, 302, "text/plain", other.url() + "/api/v1/fleet");
      assertThat(client.fleet()).isInstanceOf(ServerReply.Strange.class);
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void tellsAServerThatIsNoneOfOurs() {
    server.answer(FLEET, 200, "text/html", "<html>It works!</html>");
    assertThat(client.fleet()).isInstanceOf(ServerReply.Strange.class);
    server.answer(FLEET, 200, "application/json", "");
    assertThat(client.fleet()).isInstanceOf(ServerReply.Strange.class);
    server.answer(FLEET, 200, "application/json", "{\"nodes\": 7}");
    assertThat(client.fleet()).isInstanceOf(ServerReply.Strange.class);
    server.answer(FLEET, 500, "text/html", "boom");
    assertThat(client.fleet()).isInstanceOf(ServerReply.Strange.class);
    server.answer(FLEET, 200, "application/json", "null");
    assertThat(client.fleet()).isInstanceOf(ServerReply.Strange.class);
    assertThatThrownBy(() -> client.fleet().orThrow())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("does not answer as a Pullcord server");
  }

  @Test
  void passesTheServersOwnWordsOn() {
    server.refuse(FLEET, 401, "TOKEN_UNKNOWN", "the token is not known here");
    assertThat(client.fleet().refusal())
        .map(Problem::detail)
        .contains("the token is not known here");
    assertThatThrownBy(() -> client.fleet().orThrow())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("TOKEN_UNKNOWN");
    server.refuse("GET /readyz", 503, "DISK_FULL", "no space");
    assertThat(client.ready().refusal()).map(Problem::code).contains("DISK_FULL");
  }

  @Test
  void saysWhenNobodyListens() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ServerUrl address = ServerUrl.parse("http://127.0.0.1:" + port);
    try (ServerClient nobody =
        new ServerClient(new ServerCredentials(address, "t", null), System::nanoTime)) {
      assertThat(nobody.node(NODE)).isInstanceOf(ServerReply.Unreachable.class);
      assertThatThrownBy(() -> nobody.node(NODE).orThrow())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContainingAll(address.url(), "nothing listens");
    }
  }

  @Test
  void aPageOfTheDashboardHasAnAddressWithoutTheToken() {
    assertThat(client.page(12)).isEqualTo(server.url() + "/ui/deployments/12");
    ServerUrl below = ServerUrl.parse("https://proxy.example/fleet");
    try (ServerClient behind =
        new ServerClient(new ServerCredentials(below, "t", null), System::nanoTime)) {
      assertThat(behind.page(12)).isEqualTo("https://proxy.example/fleet/ui/deployments/12");
    }
    assertThat(new ServerCredentials(server.url(), "pct_secret", null).toString())
        .doesNotContain("pct_secret");
  }

  @Test
  void goesToTheServerWhoseKeyTheFirstOneVouchesForAndComesBack() throws Exception {
    CertifiedKey first = CertifiedKey.generate(SelfSigned.client("one"));
    CertifiedKey second = CertifiedKey.generate(SelfSigned.client("two"));
    var voucher = KeySuccession.voucher(first, second.certificate().getPublicKey(), Instant.EPOCH);
    PinnedTrust nobody = new PinnedTrust(first.pin());
    List<String> moves = new ArrayList<>();
    ServerClient.Listener listener =
        new ServerClient.Listener() {
          @Override
          public void moved(ServerUrl at) {
            moves.add(at.url());
          }
        };
    try (ScriptedServer one =
            new ScriptedServer(TlsContexts.showing(first.with(List.of(voucher)), nobody));
        ScriptedServer two = new ScriptedServer(TlsContexts.showing(second, nobody));
        ServerClient both =
            new ServerClient(
                new ServerCredentials(
                    one.url(),
                    "t",
                    Fingerprint.parse(first.pin()),
                    null,
                    new ServerCredentials.Elsewhere(List.of(two.url()), Set.of())),
                System::nanoTime,
                listener)) {
      one.refuse("GET /api/v1/whoami", 503, Problem.STANDBY, "another one is active");
      two.answer("GET /api/v1/whoami", ANN);
      assertThat(both.whoami()).isEqualTo(new ServerReply.Got<>(ANN));
      two.refuse("GET /api/v1/whoami", 503, Problem.STANDBY, "another one is active");
      one.answer("GET /api/v1/whoami", ANN);
      assertThat(both.whoami()).isEqualTo(new ServerReply.Got<>(ANN));
      assertThat(moves).containsExactly(two.url().url(), one.url().url());
    }
  }

  private static ServerClient ofBoth(ScriptedServer one, ScriptedServer two, AtomicLong nanos) {
    return new ServerClient(
        new ServerCredentials(
            one.url(),
            "t",
            null,
            null,
            new ServerCredentials.Elsewhere(List.of(two.url()), Set.of())),
        nanos::get,
        new ServerClient.Listener() {},
        List.of(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofSeconds(30)));
  }

  /** As one that is paused: its connections are open, and it says nothing. */
  @Test
  void aServerThatHangsIsLeftForTheOneThatIsActive() throws Exception {
    AtomicLong nanos = new AtomicLong();
    try (ScriptedServer one = new ScriptedServer();
        ScriptedServer two = new ScriptedServer();
        ServerClient both = ofBoth(one, two, nanos);
        EventBell bell = both.bell()) {
      bell.await(Duration.ZERO);
      Eventually.within(Duration.ofSeconds(30)).isTrue("it listens", () -> one.listeners() == 1);
      one.hang();
      two.answer("GET /api/v1/whoami", ANN);

      assertThat(both.whoami()).isEqualTo(new ServerReply.Got<>(ANN));
      assertThat(both.retry(new NodeName("n"))).isInstanceOf(ServerReply.Got.class);
      assertThat(two.requests()).contains("POST /api/v1/nodes/n/retry");
      Eventually.within(Duration.ofSeconds(30))
          .isTrue("it listens there", () -> listens(bell, nanos, two));
    }
  }

  private static boolean listens(EventBell bell, AtomicLong nanos, ScriptedServer server) {
    try {
      nanos.addAndGet(Duration.ofSeconds(2).toNanos());
      bell.await(Duration.ofMillis(1));
      return server.listeners() == 1;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What changes something is sent once: to a server that answered just before. */
  @Test
  void nothingIsChangedAtAServerThatHangs() throws Exception {
    try (ScriptedServer one = new ScriptedServer();
        ScriptedServer two = new ScriptedServer();
        ServerClient both = ofBoth(one, two, new AtomicLong())) {
      one.hang();
      two.answer("GET /api/v1/whoami", ANN);

      assertThat(both.retry(new NodeName("n"))).isInstanceOf(ServerReply.Got.class);
      assertThat(one.requests()).noneMatch(r -> r.startsWith("POST"));
    }
  }
}
