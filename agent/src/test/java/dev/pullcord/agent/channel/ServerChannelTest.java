package dev.pullcord.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.ReportMessages.Session;
import dev.pullcord.protocol.report.ReportMessages.SessionRequest;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerChannelTest {
  private static final NodeName NODE = new NodeName("edge-1");
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));

  @TempDir private Path home;
  private final FakeServer server = FakeServer.start();
  private final NodeKey key = NodeKey.generate();
  private final FakeClock clock = new FakeClock();
  private final List<Long> epochs = new CopyOnWriteArrayList<>();
  private final List<ServerEvent.LogsWanted> wantedLogs = new CopyOnWriteArrayList<>();
  private final List<ServerEvent.ActionsWanted> wantedActions = new CopyOnWriteArrayList<>();
  private final List<StepPack> packs = new CopyOnWriteArrayList<>();
  private final List<Long> bounds = new CopyOnWriteArrayList<>();
  private volatile boolean refusesActions;
  private AgentHttp http;
  private DesiredStateCache cache;
  private ServerChannel channel;

  @BeforeEach
  void make() {
    http = new AgentHttp(server.address(), key, clock);
    cache = new DesiredStateCache(home.resolve("desired.json"), NODE, clock, () -> {});
    ServerRotation rotation = new ServerRotation(http, ServerList.open(home, server.address()));
    channel =
        new ServerChannel(
            new SilenceWatch(rotation, clock, new SplittableRandom(1)),
            cache,
            () -> new SessionRequest("1", "boot", 0),
            epochs::add,
            new EventHandlers(wantedLogs::add, this::actions, packs::add),
            new Backoff(new Recorded()),
            "pullcord-agent join");
    server.knows(key, NODE.value());
  }

  @AfterEach
  void close() {
    channel.close();
    http.close();
    server.close();
  }

  private void actions(ServerEvent.ActionsWanted wanted) {
    if (refusesActions) {
      throw new ArithmeticException("long overflow");
    }
    wantedActions.add(wanted);
  }

  /** Keeps what the back-off drew from. */
  private final class Recorded implements RandomGenerator {
    private final SplittableRandom random = new SplittableRandom(1);

    @Override
    public long nextLong() {
      return random.nextLong();
    }

    @Override
    public long nextLong(long bound) {
      bounds.add(bound);
      return random.nextLong(bound);
    }
  }

  private static DesiredState decision(long revision) {
    CommitId commit = new CommitId(String.format("%040x", revision));
    return new DesiredState(
        revision,
        NODE,
        "fleet",
        "main",
        commit,
        null,
        null,
        0,
        Instant.EPOCH,
        Map.of(),
        Orders.NONE);
  }

  private void arrives(long revision) {
    SOON.isTrue("revision " + revision, () -> cache.revision() == revision);
  }

  private void connects() {
    SOON.isTrue("connected", () -> channel.contact().connected() && server.listeners() == 1);
  }

  private void start() {
    channel.start();
    connects();
  }

  @Test
  void learnsTheDecisionWhenItConnects() {
    server.decideSilently(decision(3));

    start();

    arrives(3);
    assertThat(epochs).containsExactly(1L);
    assertThat(channel.contact().connected()).isTrue();
    assertThat(channel.contact().url()).isEqualTo(server.url());
    assertThat(server.requests("GET /agent/v1/desired")).isZero();
  }

  @Test
  void keepsThePackThatComesWithADecision() {
    start();
    StepPack pack =
        StepPack.of(
            new CommitId("ab".repeat(20)), new CommitId("cd".repeat(20)), new byte[] {80, 65});

    server.event(new ServerEvent.Changed(4, decision(4), pack));

    arrives(4);
    assertThat(packs).containsExactly(pack);
  }

  @Test
  void isWokenByAnEventWithTheDocument() {
    start();

    server.decide(decision(4));

    arrives(4);
    assertThat(server.requests("GET /agent/v1/desired")).isZero();
  }

  @Test
  void asksForTheDocumentWhenTheEventHasNone() {
    server.inlineDocuments(false);
    start();

    server.decide(decision(4));

    arrives(4);
    assertThat(server.requests("GET /agent/v1/desired")).isEqualTo(1);
  }

  @Test
  void asksWhenAnEventCannotBeRead() {
    start();
    server.decideSilently(decision(5));

    server.send("data: {\"type\": \"of-the-future\"}\n\n");

    arrives(5);
  }

  /** It was told as a failure of the network, and the stream was opened again without a pause. */
  @Test
  void anErrorOfOurOwnInAnEventIsAnsweredByAPollAndEndsNoStream() {
    start();
    refusesActions = true;
    server.decideSilently(decision(4));

    server.event(new ServerEvent.ActionsWanted(List.of()));

    arrives(4);
    assertThat(server.requests("GET /agent/v1/events")).isEqualTo(1);
    assertThat(channel.contact().problem()).isNull();
  }

  @Test
  void aServerTimeThatNoClockHasEndsNeitherTheStreamNorTheProcess() {
    server.setTime(Instant.MAX);
    server.decideSilently(decision(4));
    start();
    arrives(4);
    server.setTime(Instant.MIN);
    server.decide(decision(5));

    arrives(5);
    cache.tick();
    assertThat(server.requests("GET /agent/v1/events")).isEqualTo(1);
  }

  @Test
  void aStreamThatEndsAtOnceIsNoReasonToComeBackSooner() {
    server.answer(
        "/agent/v1/events",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    channel.start();

    SOON.isTrue("the third wait may be four times as long", () -> bounds.contains(2001L));
  }

  @Test
  void takesALostEventByItsPoll() {
    start();
    server.decideSilently(decision(6));

    channel.poll();

    assertThat(cache.revision()).isEqualTo(6);
  }

  @Test
  void comesBackAfterTheServerWasAway() {
    start();
    server.goAway();
    SOON.isTrue("noticed", () -> !channel.contact().connected());
    server.decideSilently(decision(7));

    server.comeBack();

    connects();
    arrives(7);
    assertThat(server.requests("POST /agent/v1/session")).isEqualTo(1);
  }

  @Test
  void comesBackWhenTheServerSendsItAway() {
    start();

    server.event(new ServerEvent.GoAway("restarting"));
    server.goAway();
    server.comeBack();

    connects();
  }

  @Test
  void startsWhileTheServerIsAway() {
    server.goAway();
    channel.start();
    server.comeBack();

    connects();
  }

  @Test
  void leavesTheDecisionAloneWhenTheNodeWasRemoved() {
    start();
    server.decide(decision(3));
    arrives(3);

    server.remove(key);

    SOON.isTrue("cut off", () -> !channel.contact().connected());
    channel.poll();
    assertThat(cache.current()).isPresent();
  }

  @Test
  void opensANewSessionWhenTheServerKnowsItAgain() {
    start();
    server.remove(key);
    SOON.isTrue("cut off", () -> !channel.contact().connected());
    channel.poll();

    server.knows(key, NODE.value());

    connects();
    assertThat(epochs).containsExactly(1L, 2L);
  }

  @Test
  void saysThatItLivesOnlyAfterFifteenQuietSeconds() {
    start();
    channel.heartbeat();
    assertThat(server.requests("POST /agent/v1/heartbeat")).isZero();

    clock.manual().advance(Duration.ofSeconds(15));
    channel.heartbeat();
    channel.heartbeat();

    assertThat(server.requests("POST /agent/v1/heartbeat")).isEqualTo(1);
  }

  @Test
  void learnsFromAHeartbeatThatItMissedSomething() {
    start();
    server.decideSilently(decision(8));
    clock.manual().advance(Duration.ofSeconds(15));

    channel.heartbeat();

    assertThat(cache.revision()).isEqualTo(8);
  }

  @Test
  void endsAStreamWhoseEventHasNoEnd() {
    start();
    String line = "data: " + "x".repeat(100_000) + "\n";
    for (int i = 0; i < 12; i++) {
      server.send(line);
    }

    SOON.isTrue("opened anew", () -> server.requests("GET /agent/v1/events") == 2);
    assertThat(cache.revision()).isZero();
  }

  @Test
  void doesNotTakeAWebPageForAStream() {
    server.answer(
        "/agent/v1/events",
        exchange -> {
          FakeServer.respond(exchange, 200, "text/html", "<html>sign in</html>");
          exchange.close();
        });
    channel.start();
    SOON.isTrue("tried", () -> server.requests("GET /agent/v1/events") >= 1);
    assertThat(channel.contact().connected()).isFalse();

    server.answerAsUsual("/agent/v1/events");

    connects();
  }

  @Test
  void opensANewSessionWhenTheServerHasHeardOfAnotherStart() {
    start();
    server.answer(
        "/agent/v1/heartbeat", exchange -> FakeServer.problem(exchange, 409, "SESSION_OVER"));

    clock.manual().advance(Duration.ofSeconds(16));
    channel.heartbeat();

    SOON.isTrue("another session", () -> epochs.equals(List.of(1L, 2L)));
  }

  @Test
  void opensANewSessionWhenTheOldOneIsRefusedWhileTheStreamOpens() {
    server.answer(
        "/agent/v1/heartbeat", exchange -> FakeServer.problem(exchange, 409, "SESSION_OVER"));
    server.answer(
        "/agent/v1/events",
        exchange -> {
          server.answerAsUsual("/agent/v1/events");
          clock.manual().advance(Duration.ofSeconds(16));
          channel.heartbeat();
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(": here\n\n".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
        });
    channel.start();

    SOON.isTrue("another session", () -> epochs.equals(List.of(2L)));
  }

  @Test
  void leavesTheServerAloneForAsLongAsItAsksForAndNoLongerThanTenMinutes() {
    server.answer("/agent/v1/session", exchange -> busy(exchange, "1000000000"));
    channel.start();
    SOON.isTrue("asked", () -> server.requests("POST /agent/v1/session") == 1);
    SOON.isTrue("heard", () -> http.retryAfter().left().isPositive());

    channel.poll();
    assertThat(server.requests("GET /agent/v1/desired")).isZero();
    assertThat(http.retryAfter().left()).isEqualTo(Duration.ofMinutes(10));
    clock.manual().advance(Duration.ofMinutes(10));
    channel.poll();
    assertThat(server.requests("GET /agent/v1/desired")).isEqualTo(1);
  }

  private static void busy(HttpExchange exchange, String retryAfter) throws IOException {
    exchange.getResponseHeaders().set("Retry-After", retryAfter);
    FakeServer.problem(exchange, 503, "BUSY");
  }

  @Test
  void comesBackOnceTheTimeThatTheServerAskedForIsOver() {
    AtomicInteger asked = new AtomicInteger();
    server.answer(
        "/agent/v1/session",
        exchange -> {
          if (asked.incrementAndGet() == 1) {
            busy(exchange, "1");
          } else {
            FakeServer.json(exchange, new Session(9, 0, Instant.EPOCH));
          }
        });

    start();

    assertThat(asked.get()).isEqualTo(2);
    assertThat(epochs).containsExactly(9L);
  }

  @Test
  void saysWhatItHasSeenAndSaysGoodbye() {
    http.says(() -> Map.of(SeenDecision.HEADER, cache.seen().map(SeenDecision::header).orElse("")));
    List<String> seen = new CopyOnWriteArrayList<>();
    server.answer(
        "/agent/v1/goodbye",
        exchange -> {
          seen.add(exchange.getRequestHeaders().getFirst(SeenDecision.HEADER));
          FakeServer.json(exchange, Map.of());
        });
    server.decideSilently(decision(3));
    start();
    arrives(3);

    channel.close();
    channel.goodbye();

    assertThat(seen).containsExactly("3 - " + decision(3).commit());
  }

  @Test
  void saysInItsStatusWhatKeepsTheServerAway() {
    start();
    server.remove(key);
    SOON.isTrue("cut off", () -> !channel.contact().connected());
    channel.poll();

    SOON.isTrue("said", () -> channel.contact().problem() != null);
    assertThat(channel.contact().problem()).contains("NODE_REMOVED", "pullcord-agent join");
  }
}
