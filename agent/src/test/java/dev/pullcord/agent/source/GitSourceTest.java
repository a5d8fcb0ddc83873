package dev.pullcord.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.fake.FakeGit;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.TempGitRemote;
import dev.pullcord.testkit.hostile.HostileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitSourceTest {
  private static final byte[] EMPTY_PACK =
      HexFormat.of().parseHex("5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e");

  @TempDir private Path home;
  private TempGitRemote remote;
  private Path mirror;
  private final Deltas.Sent sentPacks = new Deltas.Sent();
  private GitSource source;

  @BeforeEach
  void make() throws IOException {
    remote = TempGitRemote.create(home.resolve("git"));
    mirror = home.resolve("state/repo.git");
    source = open(GitRemote.ofPublic(remote.url(), "main"));
  }

  @AfterEach
  void close() {
    source.close();
  }

  private GitSource open(GitRemote from) throws IOException {
    return new GitSource(mirror, home.resolve("state/tmp/damaged"), from);
  }

  private CommitId push(String pattern) {
    Map<String, String> files =
        Map.of("pullcord.yaml", HostileTree.MANIFEST, "search/p", pattern, "run.sh", "#!/bin/sh");
    return new CommitId(remote.push(files, pattern));
  }

  private Snapshot obtained(CommitId commit) {
    SourceResult result = source.obtain(commit);
    assertThat(result).isInstanceOf(SourceResult.Obtained.class);
    return ((SourceResult.Obtained) result).snapshot();
  }

  private String unavailable(CommitId commit) {
    SourceResult result = source.obtain(commit);
    assertThat(result).isInstanceOf(SourceResult.Unavailable.class);
    return ((SourceResult.Unavailable) result).reason();
  }

  private String content(Snapshot snapshot, String path) throws IOException {
    try (InputStream in =
        source.open(Objects.requireNonNull(snapshot.files().get(path)).objectId())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<Path> packs() throws IOException {
    try (Stream<Path> files = Files.list(mirror.resolve("objects/pack"))) {
      return files.filter(f -> f.toString().endsWith(".pack")).toList();
    }
  }

  @Test
  void fetchesACommitAndReadsItsFiles() throws IOException {
    CommitId commit = push("needle");

    assertThat(content(obtained(commit), "search/p")).isEqualTo("needle");
  }

  @Test
  void needsNoNetworkForWhatIsHere() throws IOException {
    CommitId one = push("one");
    CommitId two = push("two");
    obtained(two);
    Files.move(remote.bare(), home.resolve("gone.git"));

    assertThat(content(obtained(one), "search/p")).isEqualTo("one");
    assertThat(((SourceResult.Obtained) source.obtain(one)).log()).contains("already here");
  }

  @Test
  void looksAtWhatIsHereByAFewDigitsAndFetchesNothing() throws IOException {
    CommitId one = push("one");
    obtained(one);
    CommitId two = push("two");

    assertThat(source.look(one.value().substring(0, 7)))
        .isInstanceOfSatisfying(
            SourceResult.Obtained.class,
            here -> assertThat(here.snapshot().commit()).isEqualTo(one));
    assertThat(source.look(two.value()))
        .isInstanceOfSatisfying(
            SourceResult.Unavailable.class,
            gone -> assertThat(gone.reason()).contains("COMMIT_MISSING", "not on this node"));
  }

  @Test
  void saysThatTheRemoteIsAway() throws IOException {
    CommitId commit = push("one");
    Files.move(remote.bare(), home.resolve("gone.git"));

    assertThat(unavailable(commit)).contains("there is no git repository");
  }

  @Test
  void saysThatTheRemoteDoesNotHaveTheCommit() {
    push("one");

    assertThat(unavailable(new CommitId("12".repeat(20)))).startsWith("COMMIT_MISSING  1212121");
  }

  @Test
  void followsAForcePush() throws IOException {
    obtained(push("one"));
    remote.git("checkout", "-q", "--orphan", "other");
    CommitId other = new CommitId(remote.commit(Map.of("search/p", "two"), "two"));
    remote.git("push", "-q", "--force", "origin", "HEAD:refs/heads/main");

    assertThat(content(obtained(other), "search/p")).isEqualTo("two");
  }

  @Test
  void removesLocksOfAnAgentThatWasKilled() throws IOException {
    obtained(push("one"));
    source.close();
    Path lock = mirror.resolve("refs/server/heads/main.lock");
    Files.createDirectories(lock.getParent());
    Files.writeString(lock, "");
    Path half = mirror.resolve("objects/pack/incoming_1.pack");
    Files.writeString(half, "PACK");
    source = open(GitRemote.ofPublic(remote.url(), "main"));

    obtained(push("two"));

    assertThat(lock).doesNotExist();
    assertThat(half).doesNotExist();
  }

  @Test
  void removesALockThatAppearedWhileTheAgentRuns() throws IOException {
    obtained(push("one"));
    CommitId two = push("two");
    Path lock = mirror.resolve("refs/server/heads/main.lock");
    Files.createDirectories(lock.getParent());
    Files.writeString(lock, "");

    obtained(two);
    assertThat(lock).doesNotExist();
  }

  @Test
  void fetchesAnewWhenAPackIsMissing() throws IOException {
    CommitId commit = push("one");
    obtained(commit);
    source.close();
    for (Path pack : packs()) {
      Files.delete(pack);
    }
    source = open(GitRemote.ofPublic(remote.url(), "main"));

    assertThat(content(obtained(commit), "search/p")).isEqualTo("one");
  }

  @Test
  void fetchesThePackAgainThatAKilledAgentLeftWithoutItsIndex() throws IOException {
    obtained(push("one"));
    List<Path> before = packs();
    CommitId two = push("two");
    obtained(two);
    source.close();
    for (Path pack : packs()) {
      if (!before.contains(pack)) {
        Files.delete(Path.of(pack.toString().replace(".pack", ".idx")));
      }
    }
    Files.delete(mirror.resolve("refs/server/heads/main"));
    source = open(GitRemote.ofPublic(remote.url(), "main"));

    assertThat(content(obtained(two), "search/p")).isEqualTo("two");
  }

  @Test
  void fetchesAnewWhenAPackIsDamaged() throws IOException {
    CommitId commit = push("one");
    obtained(commit);
    source.close();
    for (Path pack : packs()) {
      byte[] bytes = Files.readAllBytes(pack);
      for (int i = 20; i < bytes.length - 20; i++) {
        bytes[i] ^= 0x55;
      }
      pack.toFile().setWritable(true);
      Files.write(pack, bytes);
    }
    source = open(GitRemote.ofPublic(remote.url(), "main"));

    assertThat(content(obtained(commit), "search/p")).isEqualTo("one");
  }

  @Test
  void fetchesAnewAfterAFileCouldNotBeRead() throws IOException {
    CommitId commit = push("one");
    Snapshot snapshot = obtained(commit);
    assertThatThrownBy(() -> source.open("ab".repeat(20))).isInstanceOf(IOException.class);
    Path before = packs().getFirst();
    Files.delete(before);

    assertThat(content(obtained(commit), "search/p")).isEqualTo("one");
    assertThat(snapshot.commit()).isEqualTo(commit);
  }

  @Test
  void replacesWhatIsNoRepository() throws IOException {
    source.close();
    Files.delete(mirror.resolve("HEAD"));
    Files.writeString(mirror.resolve("junk"), "junk");
    source = open(GitRemote.ofPublic(remote.url(), "main"));

    obtained(push("one"));

    assertThat(mirror.resolve("junk")).doesNotExist();
  }

  @Test
  void refusesACommitWithoutAManifest() {
    CommitId commit = new CommitId(remote.push(Map.of("a", "b"), "no manifest"));

    assertThat(source.obtain(commit))
        .isInstanceOfSatisfying(
            SourceResult.Refused.class, r -> assertThat(r.reason()).startsWith("MANIFEST_MISSING"));
  }

  @Test
  void knowsWhereTheBranchIs() {
    CommitId commit = push("one");

    assertThat(source.head("main")).isEqualTo(new BranchHead.At(commit));
  }

  @Test
  void namesTheBranchesThereAreWhenTheOneIsMissing() {
    push("one");
    remote.push("prod");

    assertThat(source.head("mian"))
        .isInstanceOfSatisfying(
            BranchHead.Missing.class,
            m -> assertThat(m.reason()).startsWith("REF_MISSING").endsWith("it has: main, prod"));
  }

  @Test
  void saysThatARepositoryIsEmpty() {
    assertThat(source.head("main"))
        .isInstanceOfSatisfying(
            BranchHead.Missing.class, m -> assertThat(m.reason()).startsWith("REPO_EMPTY"));
  }

  @Test
  void makesManyPacksOne() throws IOException {
    CommitId last = push("0");
    for (int i = 1; i <= 12; i++) {
      obtained(last);
      last = push(Integer.toString(i));
    }
    obtained(last);
    assertThat(packs()).hasSizeGreaterThan(10);

    source.housekeeping();

    assertThat(packs()).hasSizeLessThan(4);
    assertThat(content(obtained(last), "search/p")).isEqualTo("12");
  }

  @Test
  void fetchesFromTheServerOverThePinnedConnection() throws IOException {
    CommitId commit = push("one");
    NodeKey key = NodeKey.generate();
    try (FakeServer server = FakeServer.start();
        FakeGit git = new FakeGit(remote.bare());
        AgentHttp http = new AgentHttp(server.address(), key, HostClock.system())) {
      server.knows(key, "edge-1");
      server.serveGit(git);
      git.show(commit.value());
      source.close();
      source = open(GitRemote.ofServer(http, "fleet", sentPacks));
      source.warmUp(null);

      assertThat(content(obtained(commit), "search/p")).isEqualTo("one");
      CommitId next = push("two");
      git.show(next.value());
      assertThat(content(obtained(next), "search/p")).isEqualTo("two");
      assertThat(git.fetches()).isEqualTo(2);
      assertThat(http.lastContact()).isNotNull();
    }
  }

  @Test
  void takesAllOfACommitInOnePackWhereItHasNothingYet() throws IOException {
    CommitId commit = push("one");
    NodeKey key = NodeKey.generate();
    try (FakeServer server = FakeServer.start();
        FakeGit git = new FakeGit(remote.bare());
        AgentHttp http = new AgentHttp(server.address(), key, HostClock.system())) {
      server.knows(key, "edge-1");
      server.serveGit(git);
      git.giveAll();
      git.deltas(pack -> pack);
      git.show(commit.value());
      source.close();
      source = open(GitRemote.ofServer(http, "fleet", sentPacks));

      assertThat(content(obtained(commit), "search/p")).isEqualTo("one");
      CommitId next = push("two");
      git.show(next.value());
      assertThat(content(obtained(next), "search/p")).isEqualTo("two");
      assertThat(git.deltas()).isEqualTo(2);
      assertThat(git.fetches()).isZero();
    }
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
    CommitId commit = push("one");
    NodeKey key = NodeKey.generate();
    try (FakeServer server = FakeServer.start();
        FakeGit git = new FakeGit(remote.bare());
        AgentHttp http = new AgentHttp(server.address(), key, HostClock.system())) {
      server.knows(key, "edge-1");
      server.serveGit(git);
      git.deltas(deltas);
      git.show(commit.value());
      source.close();
      source = open(GitRemote.ofServer(http, "fleet", sentPacks));
      obtained(commit);

      CommitId next = push("two");
      git.show(next.value());

      assertThat(content(obtained(next), "search/p")).isEqualTo("two");
      assertThat(git.deltas()).isEqualTo(steps);
      assertThat(git.fetches()).isEqualTo(fetches);
    }
  }

  @Test
  void warmsUpByTheWayOfAStep() throws IOException {
    CommitId commit = push("one");
    NodeKey key = NodeKey.generate();
    try (FakeServer server = FakeServer.start();
        FakeGit git = new FakeGit(remote.bare());
        AgentHttp http = new AgentHttp(server.address(), key, HostClock.system())) {
      server.knows(key, "edge-1");
      server.serveGit(git);
      git.deltas(pack -> pack);
      git.show(commit.value());
      source.close();
      source = open(GitRemote.ofServer(http, "fleet", sentPacks));
      obtained(commit);
      int packs = packs().size();

      source.warmUp(commit);

      assertThat(git.deltas()).isEqualTo(1);
      assertThat(packs()).hasSize(packs);
    }
  }

  @Test
  void takesThePackThatCameWithTheEventAndAsksForNothing() throws Exception {
    CommitId commit = push("one");
    NodeKey key = NodeKey.generate();
    try (FakeServer server = FakeServer.start();
        FakeGit git = new FakeGit(remote.bare());
        AgentHttp http = new AgentHttp(server.address(), key, HostClock.system())) {
      server.knows(key, "edge-1");
      server.serveGit(git);
      git.deltas(pack -> pack);
      git.show(commit.value());
      source.close();
      source = open(GitRemote.ofServer(http, "fleet", sentPacks));
      obtained(commit);
      CommitId next = push("two");
      git.show(next.value());
      String step = "/git/fleet.git/delta?have=" + commit + "&want=" + next;
      byte[] pack;
      try (InputStream in = http.content(step, "application/x-git-packed-objects").orElseThrow()) {
        pack = in.readAllBytes();
      }
      int asked = git.deltas();
      int fetched = git.fetches();

      sentPacks.accept(StepPack.of(commit, next, pack));

      assertThat(content(obtained(next), "search/p")).isEqualTo("two");
      assertThat(git.deltas()).isEqualTo(asked);
      assertThat(git.fetches()).isEqualTo(fetched);
    }
  }

  @Test
  void asksWhereThePackThatCameIsOfAnotherStepOrNoPack() throws Exception {
    CommitId commit = push("one");
    NodeKey key = NodeKey.generate();
    try (FakeServer server = FakeServer.start();
        FakeGit git = new FakeGit(remote.bare());
        AgentHttp http = new AgentHttp(server.address(), key, HostClock.system())) {
      server.knows(key, "edge-1");
      server.serveGit(git);
      git.deltas(pack -> pack);
      git.show(commit.value());
      source.close();
      source = open(GitRemote.ofServer(http, "fleet", sentPacks));
      obtained(commit);
      CommitId next = push("two");
      git.show(next.value());

      sentPacks.accept(StepPack.of(next, next, new byte[] {1}));
      assertThat(content(obtained(next), "search/p")).isEqualTo("two");
      assertThat(git.deltas()).isEqualTo(1);

      CommitId last = push("three");
      git.show(last.value());
      sentPacks.accept(new StepPack(next, last, "no base64"));
      assertThat(content(obtained(last), "search/p")).isEqualTo("three");
      CommitId end = push("four");
      git.show(end.value());
      sentPacks.accept(StepPack.of(last, end, new byte[] {80, 65, 67, 75, 0, 0}));
      assertThat(content(obtained(end), "search/p")).isEqualTo("four");
    }
  }

  @Test
  void hasNothingToFetchWhileNothingWasPushed() throws IOException {
    NodeKey key = NodeKey.generate();
    try (FakeServer server = FakeServer.start();
        FakeGit git = new FakeGit(remote.bare());
        AgentHttp http = new AgentHttp(server.address(), key, HostClock.system())) {
      server.knows(key, "edge-1");
      server.serveGit(git);
      source.close();
      source = open(GitRemote.ofServer(http, "fleet", sentPacks));

      assertThat(unavailable(new CommitId("12".repeat(20)))).startsWith("COMMIT_MISSING");
    }
  }

  @Test
  void keepsItsPacksFewThoughAThousandPushesComeWithinAnHour() throws Exception {
    for (int i = 0; i < 48; i++) {
      obtained(push("push " + i));
    }

    assertThat(packs()).hasSizeLessThan(48);
    obtained(push("the last one"));
  }

  @Test
  void fetchesInAdvanceWhatAPinWillLeadTo() throws IOException {
    CommitId commit = push("one");

    source.prefetch(commit);
    Files.move(remote.bare(), home.resolve("gone.git"));

    obtained(commit);
  }

  @Test
  void saysPlainlyThatTheServerDoesNotKnowTheNode() throws IOException {
    try (FakeServer server = FakeServer.start();
        AgentHttp http = new AgentHttp(server.address(), NodeKey.generate(), HostClock.system())) {
      source.close();
      source = open(GitRemote.ofServer(http, "fleet", sentPacks));

      assertThat(unavailable(push("one"))).isEqualTo("NODE_UNKNOWN  the reason");
    }
  }

  @Test
  void saysPlainlyThatItIsAnotherServer() throws IOException {
    try (FakeServer server = FakeServer.start();
        AgentHttp http =
            new AgentHttp(
                new ServerAddress(server.url(), "ab".repeat(32)),
                NodeKey.generate(),
                HostClock.system())) {
      source.close();
      source = open(GitRemote.ofServer(http, "fleet", sentPacks));

      assertThat(unavailable(push("one"))).startsWith("PIN_MISMATCH expected abab");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void goesNowhereElseForGit() throws IOException {
    try (FakeServer server = FakeServer.start();
        AgentHttp http = new AgentHttp(server.address(), NodeKey.generate(), HostClock.system())) {
      server.answer(
          "/git/fleet.git/info/refs",
          exchange -> {
            exchange.getResponseHeaders().set("Location", "https://localhost:1/x.git/info/refs");
            exchange.sendResponseHeaders(302, -1);
          });
      source.close();
      source = open(GitRemote.ofServer(http, "fleet", sentPacks));

      assertThat(unavailable(push("one"))).startsWith("REDIRECT_REFUSED");
    }
  }
}
