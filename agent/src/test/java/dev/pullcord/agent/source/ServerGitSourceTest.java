package dev.pullcord.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeGit;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is fetched from a server, in one pack where there is one, and as git does where not. */
class ServerGitSourceTest extends GitSourceCase {
  private static final byte[] EMPTY_PACK =
      HexFormat.of().parseHex("5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e");

  private static final String DELTA = "GET /git/fleet.git/delta";
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(30));

  private FakeServer server;
  private FakeGit git;
  private AgentHttp http;

  @BeforeEach
  void serve() throws IOException {
    NodeKey key = NodeKey.generate();
    server = FakeServer.start();
    git = new FakeGit(remote.bare());
    http = new AgentHttp(server.address(), key, HostClock.system());
    server.knows(key, "edge-1");
    server.serveGit(git);
  }

  @AfterEach
  void endServing() {
    http.close();
    git.close();
    server.close();
  }

  private void fetchFromServer() throws IOException {
    fetchFrom(http);
  }

  private void fetchFrom(AgentHttp way) throws IOException {
    source.close();
    source = open(GitRemote.ofServer(way, "fleet", sentPacks));
  }

  /** A commit that the node may see. */
  private CommitId shown(String pattern) {
    CommitId commit = push(pattern);
    git.show(commit.value());
    return commit;
  }

  /** A first commit, with those packs for the steps after it. */
  private CommitId obtainedFromServer(Function<byte[], byte @Nullable []> deltas)
      throws IOException {
    CommitId commit = shown("one");
    git.deltas(deltas);
    fetchFromServer();
    obtained(commit);
    return commit;
  }

  @Test
  void fetchesFromTheServerOverThePinnedConnection() throws IOException {
    CommitId commit = shown("one");
    fetchFromServer();
    source.warmUp(null);

    assertThat(content(obtained(commit), "search/p")).isEqualTo("one");
    CommitId next = shown("two");
    assertThat(content(obtained(next), "search/p")).isEqualTo("two");
    assertThat(git.fetches()).isEqualTo(2);
    assertThat(http.lastContact()).isNotNull();
  }

  @Test
  void takesAllOfACommitInOnePackWhereItHasNothingYet() throws IOException {
    CommitId commit = push("one");
    git.giveAll();
    git.deltas(pack -> pack);
    git.show(commit.value());
    fetchFromServer();

    assertThat(content(obtained(commit), "search/p")).isEqualTo("one");
    CommitId next = shown("two");
    assertThat(content(obtained(next), "search/p")).isEqualTo("two");
    assertThat(git.deltas()).isEqualTo(2);
    assertThat(git.fetches()).isZero();
  }

  @Test
  void takesOneSmallPackForAStep() throws IOException {
    stepWith(pack -> pack, 1, 1);
  }

  @Test
  void fetchesAsGitDoesWhereThereIsNoPackForAStep() throws IOException {
    stepWith(_ -> null, 0, 2);
  }

  @Test
  void fetchesAsGitDoesWhenAPackIsCutShort() throws IOException {
    stepWith(pack -> Arrays.copyOf(pack, pack.length - 30), 1, 2);
  }

  @Test
  void fetchesAsGitDoesWhenAPackHoldsSomethingElse() throws IOException {
    stepWith(_ -> EMPTY_PACK, 1, 2);
  }

  private void stepWith(Function<byte[], byte @Nullable []> deltas, int steps, int fetches)
      throws IOException {
    obtainedFromServer(deltas);

    CommitId next = shown("two");

    assertThat(content(obtained(next), "search/p")).isEqualTo("two");
    assertThat(git.deltas()).isEqualTo(steps);
    assertThat(git.fetches()).isEqualTo(fetches);
  }

  @Test
  void warmsUpByTheWayOfAStep() throws IOException {
    CommitId commit = obtainedFromServer(pack -> pack);
    int packs = packs().size();

    source.warmUp(commit);

    assertThat(git.deltas()).isEqualTo(1);
    assertThat(packs()).hasSize(packs);
  }

  /** It was killed after half an hour, and began from nothing. */
  @Test
  void aFetchThatTakesLongCountsAsAlive() throws IOException {
    CommitId commit = obtainedFromServer(pack -> pack);
    CommitId next = shown("two");
    AtomicBoolean slow = comesSlowly(packTo(commit, next));
    assertThat(source.moves()).isZero();

    obtained(next);

    assertThat(slow).isTrue();
    assertThat(source.moves()).as("nobody waits any more").isZero();
  }

  @Test
  void aWaitForAFetchOfAnotherThreadCountsAsAliveWhileThatGetsOn() throws Exception {
    CommitId commit = obtainedFromServer(pack -> pack);
    AtomicBoolean slow = comesSlowly(packTo(commit, commit));
    long asked = server.requests(DELTA);
    Thread other = Thread.startVirtualThread(() -> source.warmUp(commit));
    SOON.until("the other thread's request", () -> server.requests(DELTA), now -> now > asked);

    obtained(commit);

    assertThat(slow).isTrue();
    other.join();
  }

  private byte[] packTo(CommitId have, CommitId want) throws IOException {
    String step = "/git/fleet.git/delta?have=" + have + "&want=" + want;
    try (InputStream in = http.content(step, "application/x-git-packed-objects").orElseThrow()) {
      return in.readAllBytes();
    }
  }

  /** Sends the next byte when the source has told of the one before; true when all were. */
  private AtomicBoolean comesSlowly(byte[] pack) {
    AtomicBoolean told = new AtomicBoolean();
    server.answer(
        "/git/fleet.git/delta",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/x-git-packed-objects");
          exchange.sendResponseHeaders(200, pack.length);
          OutputStream out = exchange.getResponseBody();
          long before = 0;
          for (int at = 0; at < 10; at++) {
            out.write(pack, at, 1);
            out.flush();
            long known = before;
            before = SOON.until("something that came", source::moves, now -> now > known);
          }
          out.write(pack, 10, pack.length - 10);
          told.set(true);
        });
    return told;
  }

  @Test
  void takesThePackThatCameWithTheEventAndAsksForNothing() throws Exception {
    CommitId commit = obtainedFromServer(pack -> pack);
    CommitId next = shown("two");
    byte[] pack = packTo(commit, next);
    int asked = git.deltas();
    int fetched = git.fetches();

    sentPacks.accept(StepPack.of(commit, next, pack));

    assertThat(content(obtained(next), "search/p")).isEqualTo("two");
    assertThat(git.deltas()).isEqualTo(asked);
    assertThat(git.fetches()).isEqualTo(fetched);
  }

  @Test
  void asksWhereThePackThatCameIsOfAnotherStepOrNoPack() throws Exception {
    obtainedFromServer(pack -> pack);
    CommitId next = shown("two");

    sentPacks.accept(StepPack.of(next, next, new byte[] {1}));
    assertThat(content(obtained(next), "search/p")).isEqualTo("two");
    assertThat(git.deltas()).isEqualTo(1);

    CommitId last = shown("three");
    sentPacks.accept(new StepPack(next, last, "no base64"));
    assertThat(content(obtained(last), "search/p")).isEqualTo("three");
    CommitId end = shown("four");
    sentPacks.accept(StepPack.of(last, end, new byte[] {80, 65, 67, 75, 0, 0}));
    assertThat(content(obtained(end), "search/p")).isEqualTo("four");
  }

  @Test
  void hasNothingToFetchWhileNothingWasPushed() throws IOException {
    fetchFromServer();

    assertThat(unavailable(new CommitId("12".repeat(20)))).startsWith("COMMIT_MISSING");
  }

  @Test
  void saysPlainlyThatTheServerDoesNotKnowTheNode() throws IOException {
    try (AgentHttp stranger =
        new AgentHttp(server.address(), NodeKey.generate(), HostClock.system())) {
      fetchFrom(stranger);

      assertThat(unavailable(push("one"))).isEqualTo("NODE_UNKNOWN  the reason");
    }
  }

  @Test
  void saysPlainlyThatItIsAnotherServer() throws IOException {
    try (AgentHttp elsewhere =
        new AgentHttp(
            new ServerAddress(server.url(), "ab".repeat(32)),
            NodeKey.generate(),
            HostClock.system())) {
      fetchFrom(elsewhere);

      assertThat(unavailable(push("one"))).startsWith("PIN_MISMATCH expected abab");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void goesNowhereElseForGit() throws IOException {
    server.answer(
        "/git/fleet.git/info/refs",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "https://localhost:1/x.git/info/refs");
          exchange.sendResponseHeaders(302, -1);
        });
    fetchFromServer();

    assertThat(unavailable(push("one"))).startsWith("REDIRECT_REFUSED");
  }
}
