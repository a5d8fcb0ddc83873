package dev.pullcord.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.OutcomeWebhook;
import dev.pullcord.base.http.StandardWebhookSignature;
import dev.pullcord.git.remote.access.ProxyChoice;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real receiver that checks signatures, and is away at times. */
@SuppressWarnings("NullAway.Init")
class OutcomeReportsTest {
  private static final String SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0";
  private static final CommitId ONE = new CommitId("1".repeat(40));
  private static final CommitId TWO = new CommitId("2".repeat(40));
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));

  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

  @TempDir Path home;
  private final List<JsonNode> got = Collections.synchronizedList(new ArrayList<>());
  private final List<String> ids = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> at = Collections.synchronizedList(new ArrayList<>());
  private volatile int answers = 200;
  private HttpServer receiver;
  private OutcomeReports reports;

  @BeforeEach
  void begin() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/hook", this::take);
    receiver.start();
    Files.writeString(home.resolve("secret"), SECRET + "\n");
    start();
  }

  @AfterEach
  void end() {
    reports.close();
    receiver.stop(0);
  }

  private void start() {
    start(HostClock.system());
  }

  private void start(HostClock clock) {
    URI url = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
    reports =
        new OutcomeReports(
            home.resolve("spool/notify"),
            new OutcomeWebhook(
                url,
                new OutcomeWebhook.Files(home.resolve("secret"), null),
                HostClock.system(),
                new ProxyChoice(Map.of())),
            clock,
            new Backoff(new Random(1)));
    reports.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String id = exchange.getRequestHeaders().getFirst(StandardWebhookSignature.ID);
    boolean signed =
        new StandardWebhookSignature(SECRET)
            .verify(
                id,
                Long.parseLong(
                    exchange.getRequestHeaders().getFirst(StandardWebhookSignature.TIMESTAMP)),
                body,
                exchange.getRequestHeaders().getFirst(StandardWebhookSignature.SIGNATURE));
    int status = signed ? answers : 401;
    if (signed) {
      ids.add(id);
    }
    if (status == 200) {
      got.add(new ObjectMapper().readTree(body));
    }
    if (status == 429) {
      exchange.getResponseHeaders().set("Retry-After", "2");
    }
    at.add(System.nanoTime());
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private void record(NodeState state, CommitId commit, String reason) {
    NodeStatus status =
        new NodeStatus(
            new NodeName("edge-1"),
            state,
            reason,
            Instant.EPOCH,
            null,
            "main",
            commit,
            state == NodeState.CONVERGED ? commit : null,
            null,
            Map.of(),
            Map.of(),
            null,
            null,
            0,
            null,
            null,
            0,
            null);
    reports.record(1, null, status, List.of());
  }

  private List<String> types() {
    return List.copyOf(got).stream()
        .map(m -> m.get("type").asText() + " " + m.get("data").get("commit").asText().charAt(0))
        .toList();
  }

  private void arrives(String... types) {
    SOON.isTrue("told: " + List.of(types), () -> types().equals(List.of(types)));
  }

  @Test
  void tellsEachOutcomeOnceAndNothingInBetween() {
    record(NodeState.APPLYING, ONE, "");
    record(NodeState.CONVERGED, ONE, "");
    record(NodeState.CONVERGED, ONE, "");
    record(NodeState.APPLYING, TWO, "");
    record(NodeState.FAILED, TWO, "check failed: no");
    record(NodeState.FAILED, TWO, "check failed: no, 2nd try");
    record(NodeState.CONVERGED, TWO, "");
    arrives("node.converged 1", "node.failed 2", "node.converged 2");
    JsonNode failure = got.get(1).get("data");
    assertThat(failure.get("node").asText()).isEqualTo("edge-1");
    assertThat(failure.get("reason").asText()).isEqualTo("check failed: no");
    assertThat(failure.get("branch").asText()).isEqualTo("main");
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void triesAgainWithTheSameIdAndKeepsTheOrder() {
    answers = 503;
    record(NodeState.CONVERGED, ONE, "");
    record(NodeState.ROLLED_BACK, TWO, "died");
    SOON.isTrue("a second try", () -> ids.size() >= 2);
    answers = 200;
    arrives("node.converged 1", "node.rolled-back 2");
    assertThat(List.copyOf(ids).stream().distinct()).hasSize(2);
    SOON.isTrue("the answer was heard", () -> reports.spooled() == 0);
  }

  @Test
  void aWallClockThatJumpsADayAheadDropsNothing() {
    reports.close();
    FakeClock clock = new FakeClock();
    start(clock);
    answers = 500;
    record(NodeState.CONVERGED, ONE, "runs 1");
    SOON.isTrue("a first try", () -> !at.isEmpty());

    clock.manual().jump(Duration.ofHours(25));
    SOON.isTrue("a try after the jump", () -> at.size() > 2);
    answers = 200;

    arrives("node.converged 1");
  }

  @Test
  void keepsWhatWasNotTakenOverARestartAndDoesNotRepeatWhatWas() {
    record(NodeState.CONVERGED, ONE, "");
    arrives("node.converged 1");
    answers = 503;
    record(NodeState.HELD, TWO, "noop");
    SOON.isTrue("a try", () -> ids.size() >= 2);
    reports.close();
    answers = 200;
    start();
    record(NodeState.HELD, TWO, "noop");
    record(NodeState.CONVERGED, TWO, "");
    arrives("node.converged 1", "node.held 2", "node.converged 2");
  }

  @Test
  void comesBackWhenTheReceiverWantsItAlsoForAnotherOutcome() {
    answers = 429;
    record(NodeState.CONVERGED, ONE, "");
    SOON.isTrue("a try", () -> at.size() == 1);
    answers = 200;
    record(NodeState.FAILED, TWO, "check failed: no");
    arrives("node.converged 1", "node.failed 2");
    assertThat(Duration.ofNanos(at.get(1) - at.get(0))).isGreaterThanOrEqualTo(TWO_SECONDS);
  }

  @Test
  void waitsForASecretThatIsMissing() throws IOException {
    Files.delete(home.resolve("secret"));
    record(NodeState.CONVERGED, ONE, "");
    Files.writeString(home.resolve("secret"), SECRET);
    arrives("node.converged 1");
  }
}
