package dev.pullcord.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.security.NodeAccess;
import dev.pullcord.server.security.NodeKeys;
import dev.pullcord.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real connections; the key, which TLS proves in the product, is a header here. */
class AgentStreamsTest {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));

  @TempDir Path directory;
  private TestFleet fleet;
  private AgentStreams streams;
  private Server server;
  private int port;

  private static final NodeRoom ROOM = new NodeRoom(2, "its memory");

  @BeforeEach
  void start() throws Exception {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a", "b");
    streams =
        new AgentStreams(
            new NodeAccess(
                AgentStreamsTest::key,
                key -> new NodeKeys(fleet.model).require(Optional.of(key)).name(),
                fleet.auditLog),
            new NodeKeys(fleet.model),
            fleet.model,
            fleet.clock,
            fleet.contacts,
            ROOM);
    server = new Server();
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(streams);
    server.start();
    port = connector.getLocalPort();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
    fleet.close();
  }

  private static Optional<NodeKeyId> key(Request request) {
    return Optional.ofNullable(request.getHeaders().get("Key")).map(NodeKeyId::new);
  }

  /** A client that reads lines of the raw answer, events and comments alike. */
  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;
    private int comments;

    Client(String key) throws IOException {
      this(key, "");
    }

    Client(String key, String headers) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(60_000);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String request =
          "GET /agent/v1/events HTTP/1.1\r\nHost: x\r\nKey: " + key + "\r\n" + headers + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    }

    /** The next line that begins so. */
    String line(String prefix) throws IOException {
      String line;
      while ((line = in.readLine()) != null) {
        if (line.startsWith(prefix)) {
          return line;
        }
      }
      throw new IOException("the stream ended before a line with " + prefix);
    }

    ServerEvent event() throws IOException {
      return PullcordJson.wire()
          .readValue(line("data: ").substring("data: ".length()), ServerEvent.class);
    }

    /** Counts the comments that are here. */
    void count() throws IOException {
      while (in.ready()) {
        comments += in.readLine().startsWith(":") ? 1 : 0;
      }
    }

    boolean ends() throws IOException {
      try {
        while (in.readLine() != null) {
          // What is left does not matter.
        }
        return true;
      } catch (SocketException _) {
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private Client connect(String node) throws IOException {
    return new Client(TestFleet.key(node).value());
  }

  private static int commitOf(ServerEvent event) {
    ServerEvent.Changed changed = (ServerEvent.Changed) event;
    DesiredState desired = Objects.requireNonNull(changed.desired());
    return Integer.parseInt(Objects.requireNonNull(desired.commit()).abbreviated(), 16);
  }

  @Test
  void firstEventIsWhatTheNodeIsToRunNow() throws Exception {
    try (Client client = connect("a")) {
      assertThat(client.line("Content-Type")).contains("text/event-stream");
      ServerEvent.Changed changed = (ServerEvent.Changed) client.event();
      assertThat(changed.desired()).isEqualTo(fleet.desired("a"));
      assertThat(changed.revision()).isEqualTo(fleet.desired("a").revision());
      assertThat(fleet.view("a").lastSeen()).isNotNull();
    }
  }

  @Test
  void aSmallPackGoesWithTheEventToAnAgentThatSaysSo() throws Exception {
    CommitId before = FakeCommits.commit(1);
    List<Integer> asked = new CopyOnWriteArrayList<>();
    streams.packs((state, have, most) -> {
      asked.add(most);
      CommitId want = Objects.requireNonNull(state.commit());
      return have.equals(want) ? null : StepPack.of(have, want, new byte[] {80, 65, 67, 75});
    });
    fleet.converge("a", "b");
    try (Client says = new Client(TestFleet.key("a").value(), "Pullcord-Packs: 999999\r\n");
        Client older = connect("b")) {
      assertThat(((ServerEvent.Changed) says.event()).pack()).isNull();
      older.event();
      fleet.commits.push("main", 2);
      fleet.deployments.reconcile();
      streams.wake(List.of(fleet.record("a").id(), fleet.record("b").id()));

      StepPack pack = ((ServerEvent.Changed) says.event()).pack();
      assertThat(pack)
          .isEqualTo(StepPack.of(before, FakeCommits.commit(2), new byte[] {80, 65, 67, 75}));
      assertThat(((ServerEvent.Changed) older.event()).pack()).isNull();
      assertThat(asked).containsOnly(StepPack.MOST_BYTES);
    }
  }

  @Test
  void changeReachesTheNodesItConcernsAndNobodyElse() throws Exception {
    try (Client a = connect("a");
        Client b = connect("b")) {
      assertThat(commitOf(a.event())).isEqualTo(1);
      assertThat(commitOf(b.event())).isEqualTo(1);
      fleet.commits.tag("v7", 7);
      fleet.pin("a", "v7", "1h");
      streams.wake(List.of(fleet.record("a").id()));
      assertThat(commitOf(a.event())).isEqualTo(7);

      streams.heartbeat();
      assertThat(b.line("")).isNotNull();
      assertThat(b.line(":")).startsWith(":");
    }
  }

  @Test
  void noChangeIsLostBetweenOpeningAndTheFirstEvent() throws Exception {
    for (int i = 2; i < 12; i++) {
      int n = i;
      Thread pusher =
          Thread.ofVirtual()
              .start(() -> {
                fleet.commits.push("main", n);
                fleet.deployments.reconcile();
                streams.wake(List.of(fleet.record("a").id()));
              });
      try (Client client = connect("a")) {
        int seen = 0;
        while (seen < n) {
          seen = commitOf(client.event());
        }
        assertThat(FakeCommits.commit(seen)).isEqualTo(FakeCommits.commit(n));
      }
      pusher.join();
    }
  }

  @Test
  void removedNodeIsCutOffAtOnce() throws Exception {
    try (Client a = connect("a");
        Client b = connect("b")) {
      a.event();
      b.event();
      long id = fleet.record("a").id();
      fleet.operations.nodes().remove(TestFleet.ADA, new NodeName("a"));
      streams.cutOff(id);

      assertThat(a.ends()).isTrue();
      SOON.isTrue("only b is left", () -> streams.size() == 1 && !streams.isOpen(id));
    }
    try (Client again = connect("a")) {
      assertThat(again.line("HTTP/1.1")).contains("403");
      assertThat(again.line("{")).contains("NODE_REMOVED");
    }
  }

  @Test
  void oneNodeTooManyIsToldWhenToComeBack() throws Exception {
    fleet.join("c");
    try (Client a = connect("a");
        Client b = connect("b")) {
      a.event();
      b.event();
      try (Client c = connect("c")) {
        assertThat(c.line("HTTP/1.1")).contains("503");
        assertThat(c.line("Retry-After")).isEqualTo("Retry-After: 30");
        assertThat(c.line("{")).contains("TOO_MANY_NODES", "2 nodes, as many as fit its memory");
      }
      assertThat(streams.alarms())
          .containsExactly(
              "1 node is turned away: this server takes 2 nodes, as many as fit its memory");
      fleet.clock.advance(Duration.ofSeconds(121));
      assertThat(streams.alarms()).as("it has not asked again").isEmpty();
      try (Client again = connect("a")) {
        assertThat(again.event()).isInstanceOf(ServerEvent.Changed.class);
      }
    }
  }

  @Test
  void aServerTakesAsManyNodesAsItsMemoryAndItsConnectionsAreFor() {
    assertThat(NodeRoom.fitting(160L << 20, 60_000).nodes()).isEqualTo(768);
    assertThat(NodeRoom.fitting(32L << 20, 60_000).nodes()).isEqualTo(128);
    assertThat(NodeRoom.fitting(4L << 30, 9_744))
        .isEqualTo(new NodeRoom(4_384, "its connections (limits.connections, and the open files)"));
    assertThat(NodeRoom.fitting(4L << 30, 1).nodes()).isEqualTo(1);
  }

  @Test
  void keyThatNobodyKnowsIsRefused() throws Exception {
    try (Client client = new Client("00".repeat(32))) {
      assertThat(client.line("HTTP/1.1")).contains("401");
      assertThat(fleet.audited("key.refused").orElseThrow().after())
          .startsWith("NODE_UNKNOWN  ")
          .contains("; the key is ");
      assertThat(client.line("Content-Type")).contains("application/problem+json");
      Problem problem = PullcordJson.wire().readValue(client.line("{"), Problem.class);
      assertThat(problem.type()).isEqualTo("urn:pullcord:problem:node-unknown");
      assertThat(problem.code()).isEqualTo("NODE_UNKNOWN");
    }
    assertThat(streams.size()).isZero();
  }

  @Test
  void thirdStreamOfANodeEndsTheFirst() throws Exception {
    try (Client first = connect("a")) {
      first.event();
      try (Client second = connect("a");
          Client third = connect("a")) {
        second.event();
        third.event();
        assertThat(first.event()).isInstanceOf(ServerEvent.GoAway.class);
        SOON.isTrue("two are left", () -> streams.size() == 2);
      }
    }
  }

  @Test
  void serverThatStopsSaysSoAndEndsTheStreams() throws Exception {
    try (Client client = connect("a")) {
      client.event();
      streams.goAway("the server stops");

      assertThat(client.event()).isEqualTo(new ServerEvent.GoAway("the server stops"));
      SOON.isTrue("no stream is left", () -> streams.size() == 0);
    }
  }

  @Test
  void clientThatWentAwayIsDroppedAtAHeartbeat() throws Exception {
    try (Client client = connect("a")) {
      client.event();
      assertThat(streams.size()).isEqualTo(1);
    }
    SOON.isTrue(
        "nobody is left",
        () -> {
          streams.heartbeat();
          return streams.size() == 0;
        });
  }

  @Test
  void otherPathsAreNotItsOwn() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write("GET /agent/v1/else HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).contains("404");
    }
  }

  @Test
  void contactIsLostAsSoonAsTheOtherEndIsGone() throws Exception {
    fleet.start("a");
    try (Client client = connect("a")) {
      client.event();
      assertThat(fleet.view("a").contact()).isNull();
    }

    SOON.isTrue("lost", () -> fleet.view("a").contact() != null);
    NodeView.Contact contact = Objects.requireNonNull(fleet.view("a").contact());
    assertThat(contact.lostSince()).isEqualTo(fleet.clock.instant());
    assertThat(fleet.state("a")).as("offline only after 45 s").isEqualTo(NodeState.WAITING);
    assertThat(fleet.views.summary().attributes()).containsEntry("lost-contact", 1);
    assertThat(fleet.view("a").why()).contains("lost since");
    assertThat(streams.size()).isZero();
  }

  @Test
  void aStreamThatIsOpenedAgainIsContact() throws Exception {
    fleet.start("a");
    Client first = connect("a");
    first.event();
    try (Client second = connect("a")) {
      second.event();
      first.close();
      SOON.isTrue("forgotten", () -> streams.size() == 1);
      assertThat(fleet.view("a").contact()).isNull();
    }
    SOON.isTrue("lost", () -> fleet.view("a").contact() != null);
    try (Client third = connect("a")) {
      third.event();
      assertThat(fleet.view("a").contact()).isNull();
    }
  }

  /** A comment that would wait for another write is left out, so that they are only compared. */
  @Test
  void saysSomethingOftenToAgentsThatKnowOfOtherServers() throws Exception {
    streams.servers(List.of("https://one:8421", "https://two:8421"));
    try (Client knows = new Client(TestFleet.key("a").value(), "Pullcord-Servers: 1\r\n");
        Client older = connect("b")) {
      knows.event();
      knows.event();
      older.event();
      SOON.until(
          "more comments to the one that knows",
          () -> {
            streams.pulse();
            knows.count();
            older.count();
            return knows.comments - 2 * older.comments;
          },
          more -> more > 5);
    }
  }

  @Test
  void saysWhereTheServersAreWhenAStreamOpensAndWhenThatChanges() throws IOException {
    streams.servers(List.of("https://one:8421", "https://two:8421"));
    try (Client a = new Client(TestFleet.key("a").value(), "Pullcord-Servers: 1\r\n")) {
      assertThat(a.line("data: {\"type\":\"servers\""))
          .contains("https://one:8421", "https://two:8421");

      streams.servers(List.of("https://one:8421", "https://two:8421"));
      streams.servers(List.of());

      assertThat(a.line("data: {\"type\":\"servers\"")).contains("\"urls\":[]");
    }
  }

  @Test
  void anAgentThatDoesNotKnowThatEventDoesNotGetIt() throws Exception {
    streams.servers(List.of("https://one:8421", "https://two:8421"));
    try (Client a = connect("a")) {
      assertThat(a.event()).isInstanceOf(ServerEvent.Changed.class);

      streams.goAway("over");

      assertThat(a.event()).isInstanceOf(ServerEvent.GoAway.class);
    }
  }
}
