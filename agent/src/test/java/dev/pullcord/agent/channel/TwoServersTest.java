package dev.pullcord.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.ReportMessages.Heartbeat;
import dev.pullcord.protocol.report.ReportMessages.SessionRequest;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose server goes away while another one has the same store. */
@SuppressWarnings("NullAway.Init")
class TwoServersTest {
  private static final CommitId COMMIT = new CommitId("ab".repeat(20));
  private static final NodeName NODE = new NodeName("edge-1");

  /** What an agent may need until it is connected to another server. */
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(30));

  @TempDir private Path home;
  private final List<FakeServer> servers = FakeServer.two();
  private final FakeServer one = servers.getFirst();
  private final FakeServer two = servers.getLast();
  private final FakeServer stranger = FakeServer.start();
  private final NodeKey key = NodeKey.generate();
  private final FakeClock clock = new FakeClock();
  private final CountDownLatch hung = new CountDownLatch(1);
  private AgentHttp http;
  private ServerList list;
  private ServerChannel channel;

  @BeforeEach
  void start() {
    for (FakeServer server : List.of(one, two, stranger)) {
      server.knows(key, NODE.value());
    }
    begin();
  }

  private void begin() {
    http = new AgentHttp(one.address(), key, clock);
    list = ServerList.open(home, one.address());
    http.onKeys((url, learned) -> list.seen(url, learned.now()));
    ServerRotation rotation = new ServerRotation(http, list);
    channel =
        new ServerChannel(
            new SilenceWatch(rotation, clock, new SplittableRandom(1)),
            new DesiredStateCache(home.resolve("desired.json"), NODE, clock, () -> {}),
            () -> new SessionRequest("1", "boot", 0),
            epoch -> {},
            new EventHandlers(logs -> {}, actions -> {}, packs -> {}),
            new Backoff(new SplittableRandom(1)),
            "pullcord-agent join");
    channel.start();
  }

  private void end() {
    channel.close();
    http.close();
  }

  @AfterEach
  void stop() {
    hung.countDown();
    end();
    List.of(one, two, stranger).forEach(FakeServer::close);
  }

  private void connectsTo(FakeServer server) {
    SOON.isTrue(
        "connected to " + server.url() + ": " + channel.contact(),
        () ->
            channel.contact().connected()
                && channel.contact().url().equals(server.url())
                && server.listeners() > 0);
  }

  private void learns(FakeServer from, FakeServer... others) {
    List<String> urls = java.util.Arrays.stream(others).map(FakeServer::url).toList();
    from.event(new ServerEvent.Servers(urls));
    SOON.isTrue("the list is learned", () -> list.size() == 1 + others.length);
  }

  @Test
  void goesToTheOtherServerWithEverythingWhenItsOwnDies() {
    connectsTo(one);
    learns(one, two);

    one.goAway();

    connectsTo(two);
    assertThat(channel.contact().moved()).startsWith(one.url());
    assertThat(http.url("/git/fleet.git")).startsWith(two.url());
    assertThat(http.post("/agent/v1/heartbeat", null, Heartbeat.class))
        .isInstanceOf(Answer.Value.class);
    assertThat(two.requests()).contains("POST /agent/v1/session", "POST /agent/v1/heartbeat");
  }

  @Test
  void goesBackAndForthAsTheyTakeTurns() {
    connectsTo(one);
    learns(one, two);
    for (int turn = 0; turn < 3; turn++) {
      one.goAway();
      connectsTo(two);
      one.comeBack();
      two.goAway();
      connectsTo(one);
      two.comeBack();
    }
  }

  @Test
  void leavesAServerThatSaysItIsAStandby() {
    connectsTo(one);
    learns(one, two);

    one.isStandby();

    connectsTo(two);
    assertThat(channel.contact().moved()).startsWith(one.url());
  }

  @Test
  void waitsForTheTakeoverWhileBothSayStandby() {
    connectsTo(one);
    learns(one, two);
    two.isStandby();

    one.goAway();
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("it asked twice", () -> two.requests("POST /agent/v1/session") >= 2);
    two.isActive();

    connectsTo(two);
  }

  @Test
  void beginsWhereItWasConnectedLast() {
    connectsTo(one);
    learns(one, two);
    one.goAway();
    connectsTo(two);
    end();

    begin();

    connectsTo(two);
    assertThat(channel.contact().moved()).isNull();
  }

  @Test
  void aServerThatDoesNotVouchForTheFirstLocksNobodyOut() {
    FakeServer silent = FakeServer.start();
    try (silent) {
      silent.knows(key, NODE.value());
      one.goAway();
      one.vouchFor(silent);
      one.comeBack();
      connectsTo(one);
      learns(one, silent);
      one.goAway();
      connectsTo(silent);

      one.comeBack();
      silent.goAway();

      connectsTo(one);
    }
  }

  @Test
  void aServerWithAStrangeKeyGetsNothing() {
    connectsTo(one);
    learns(one, stranger);

    one.goAway();
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("it left", () -> !channel.contact().connected());
    one.comeBack();

    connectsTo(one);
    assertThat(stranger.requests()).isEmpty();
  }

  /** Its connections stay open, and it answers nothing: it is paused, or its host is gone. */
  @Test
  void leavesAServerThatHangsAsSoonAsAnotherOneIsActive() {
    connectsTo(one);
    learns(one, two);
    two.decideSilently(decision(7, COMMIT));
    two.isStandby();
    hangs(one);

    silentFor(7);
    assertThat(two.requests()).as("a comment may be late").isEmpty();
    silentFor(6);
    assertThat(two.requests()).as("asked, and it waits").isNotEmpty();
    assertThat(channel.contact().connected()).as("the stream stays open").isTrue();

    two.isActive();
    silentFor(3);
    connectsTo(two);
    assertThat(channel.contact().moved()).contains(one.url() + " said nothing for 1");
    assertThat(http.url("")).isEqualTo(two.url());
  }

  @Test
  void staysWithAServerThatIsHeardAgain() {
    connectsTo(one);
    learns(one, two);
    two.decideSilently(decision(7, COMMIT));
    two.isStandby();
    silentFor(12);
    long asked = two.requests("GET /agent/v1/desired");
    assertThat(asked).isPositive();

    one.decide(decision(3, COMMIT));
    SOON.isTrue("it is heard", () -> channel.current().isPresent());
    two.isActive();
    silentFor(6);
    assertThat(two.requests("GET /agent/v1/desired")).isEqualTo(asked);
    assertThat(channel.contact().url()).isEqualTo(one.url());
    assertThat(one.requests("GET /agent/v1/events")).isEqualTo(1);
  }

  @Test
  void leavesAServerThatHangsBeforeItHasAStream() {
    connectsTo(one);
    learns(one, two);
    end();
    two.decideSilently(decision(7, COMMIT));
    hangs(one);
    begin();
    SOON.isTrue("it waits", () -> one.requests("POST /agent/v1/session") == 2);

    silentFor(12);

    connectsTo(two);
  }

  @Test
  void oneServerAloneIsNotWatched() {
    connectsTo(one);
    silentFor(30);
    assertThat(channel.contact().connected()).isTrue();
    assertThat(two.requests()).isEmpty();
  }

  /** Seconds in which nothing is heard, as the agent's timer sees them. */
  private void silentFor(int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.manual().advance(Duration.ofSeconds(1));
      channel.watch();
    }
  }

  private void hangs(FakeServer server) {
    for (String path : List.of("session", "desired", "heartbeat", "events")) {
      server.answer(
          "/agent/v1/" + path,
          exchange -> {
            try {
              hung.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
  }

  private static DesiredState decision(long revision, CommitId commit) {
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

  @Test
  void aPollFindsTheServerThatDecides() {
    connectsTo(one);
    learns(one, two);
    end();
    one.isStandby();
    two.decideSilently(decision(7, COMMIT));

    begin();
    channel.poll();

    SOON.isTrue("decision 7", () -> channel.current().isPresent());
  }
}
