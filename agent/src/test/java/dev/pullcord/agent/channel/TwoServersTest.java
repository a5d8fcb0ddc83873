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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose server goes away while another one has the same store. */
@SuppressWarnings("NullAway.Init")
class TwoServersTest {
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
    channel =
        new ServerChannel(
            new ServerRotation(http, list),
            new DesiredStateCache(home.resolve("desired.json"), NODE, clock, () -> {}),
            () -> new SessionRequest("1", "boot", 0),
            epoch -> {},
            new ServerChannel.Asked(logs -> {}, actions -> {}, packs -> {}),
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

  @Test
  void aPollFindsTheServerThatDecides() {
    CommitId commit = new CommitId("ab".repeat(20));
    connectsTo(one);
    learns(one, two);
    end();
    one.isStandby();
    two.decideSilently(
        new DesiredState(
            7, NODE, "fleet", "main", commit, null, null, 0, Instant.EPOCH, Map.of(), Orders.NONE));

    begin();
    channel.poll();

    SOON.isTrue("decision 7", () -> channel.current().isPresent());
  }
}
