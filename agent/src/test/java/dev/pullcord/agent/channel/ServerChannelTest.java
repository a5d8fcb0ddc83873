package dev.pullcord.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.Reports.SessionRequest;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerChannelTest {
  private static final NodeName NODE = new NodeName("edge-1");
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(10));

  @TempDir private Path home;
  private final FakeServer server = FakeServer.start();
  private final NodeKey key = NodeKey.generate();
  private final FakeClock clock = new FakeClock();
  private final List<Long> epochs = new CopyOnWriteArrayList<>();
  private final List<ServerEvent.LogsWanted> wantedLogs = new CopyOnWriteArrayList<>();
  private AgentHttp http;
  private DesiredStateCache cache;
  private ServerChannel channel;

  @BeforeEach
  void make() {
    http = new AgentHttp(server.address(), key, clock);
    cache = new DesiredStateCache(home.resolve("desired.json"), NODE, clock, () -> {});
    channel =
        new ServerChannel(
            http,
            cache,
            new SessionRequest("1", "boot"),
            epochs::add,
            wantedLogs::add,
            new Backoff(new SplittableRandom(1)),
            "pullcord-agent join");
    server.knows(key, NODE.value());
  }

  @AfterEach
  void close() {
    channel.close();
    http.close();
    server.close();
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
}
