package dev.pullcord.server.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.contact.SenderClock;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pack of one step, asked for by the real key of a node and unpacked by the real git. */
class DeltaRouteTest {
  private static final String MANIFEST =
      """
      version: 1
      bundles: {task-code: {paths: [bin/]}}
      workers: {grep: {kind: process, run: [bin/work]}}
      """;

  private static final int LARGE_BYTES = 3 << 20;
  private static final int TOO_LARGE_BYTES = 9 << 20;

  @TempDir Path directory;
  private TestServer server;
  private Git git;
  private OkHttpClient web1;
  private String first;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(directory.resolve("server"));
    server.enrol("web-1", "main");
    web1 = TestServer.client(server.nodeKey("web-1"));
    String people = server.url(Port.PEOPLE).replace("https://", "https://git:operator@");
    git = new Git(Files.createDirectories(directory.resolve("home")));
    git.ok("clone", "-q", people + "/git/fleet.git", "work");
    git = new Git(directory.resolve("home/work"));
    git.ok("checkout", "-q", "-B", "main");
    git.commit("pullcord.yaml", MANIFEST);
    first = git.commit("bin/work", "one\n");
    push();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void givesAPackThatMakesTheTargetCompleteWhereTheOtherCommitIs() throws Exception {
    git.ok("clone", "-q", "--bare", ".", "node");
    git.commit("bin/work", "two\n");
    String target = git.commit("bin/other", "three\n");
    push();

    Files.write(directory.resolve("pack"), pack(first, target));

    Git node = new Git(git.directory().resolve("node"));
    node.ok(
        "-c",
        "alias.take=!git index-pack --fix-thin --stdin <" + directory.resolve("pack"),
        "take");
    assertThat(node.ok("cat-file", "-p", target + ":bin/other")).isEqualTo("three");
    assertThat(node.ok("rev-list", "--objects", target)).contains(first);
  }

  @Test
  void givesAllOfTheTargetToANodeThatHasNothing() throws Exception {
    String target = git.commit("bin/work", "two\n");
    push();

    Files.write(directory.resolve("pack"), answered("want=" + target).orElseThrow());

    Git node = new Git(Files.createDirectories(directory.resolve("node")));
    node.ok("init", "-q", "--bare");
    node.ok("-c", "alias.take=!git index-pack --stdin <" + directory.resolve("pack"), "take");
    assertThat(node.ok("cat-file", "-p", target + ":bin/work")).isEqualTo("two");
    assertThat(node.ok("rev-list", "--objects", target)).contains(first);
  }

  @Test
  void givesNothingOfWhatTheNodeIsNotAssignedToOneThatHasNothing() throws Exception {
    git.ok("checkout", "-q", "-b", "secret");
    String hidden = git.commit("bin/work", "hidden\n");
    git.ok("push", "-q", "-o", "nowait", "origin", "secret");

    assertThat(answered("want=" + hidden)).isEmpty();
    assertThat(answered("want=" + "12".repeat(20))).isEmpty();
    assertThat(answered("want=")).isEmpty();
  }

  @Test
  void givesAnEmptyPackFromACommitToItself() throws Exception {
    assertThat(pack(first, first)).startsWith('P', 'A', 'C', 'K', 0, 0, 0, 2, 0, 0, 0, 0);
  }

  @Test
  void givesNothingThatTheNodeIsNotAssigned() throws Exception {
    git.ok("checkout", "-q", "-b", "secret");
    String hidden = git.commit("bin/work", "hidden\n");
    git.ok("push", "-q", "-o", "nowait", "origin", "secret");

    assertThat(status(first, hidden)).isEqualTo("404 DELTA_NONE");
  }

  @Test
  void givesNothingFromACommitThatIsNotHere() throws Exception {
    assertThat(status("12".repeat(20), first)).isEqualTo("404 DELTA_NONE");
  }

  /** Else a node could ask which commits there are on branches that do not concern it. */
  @Test
  void saysTheSameOfACommitThatIsNotHereAndOfOneOfOtherNodes() throws Exception {
    git.ok("checkout", "-q", "-b", "secret");
    String foreign = git.commit("bin/work", "hidden\n");
    git.ok("push", "-q", "-o", "nowait", "origin", "secret");
    String unknown = "12".repeat(20);

    String answer = answer(first, unknown);

    assertThat(answer).startsWith("404 DELTA_NONE").doesNotContain("1212", first.substring(0, 7));
    assertThat(answer(first, foreign)).isEqualTo(answer);
    assertThat(answer(foreign, first)).isEqualTo(answer);
    assertThat(answer(unknown, first)).isEqualTo(answer);
    assertThat(answer(foreign, foreign)).isEqualTo(answer);
  }

  @Test
  void goesBackFromTheCommitAfterAPinToThePinnedOne() throws Exception {
    String second = git.commit("bin/work", "two\n");
    push();
    server.fleet().pinned("web-1", new CommitId(first));

    assertThat(pack(second, first)).startsWith('P', 'A', 'C', 'K');
    assertThat(pack(first, second)).startsWith('P', 'A', 'C', 'K');
  }

  @Test
  void givesWithAnEventWhatTheNodeWouldGetIfItAsked() throws Exception {
    git.ok("checkout", "-q", "-b", "secret");
    String foreign = git.commit("bin/work", "hidden\n");
    git.ok("push", "-q", "-o", "nowait", "origin", "secret");
    git.ok("checkout", "-q", "main");
    String target = git.commit("bin/work", "two\n");
    push();
    byte[] asked = pack(first, target);

    StepPack given = within(first, asked.length);
    assertThat(given).isEqualTo(StepPack.of(new CommitId(first), new CommitId(target), asked));
    assertThat(within(first, asked.length - 1)).isNull();
    assertThat(within(target, 8192)).isNull();
    assertThat(within(foreign, 8192)).isNull();
    assertThat(within("12".repeat(20), 8192)).isNull();
  }

  private @Nullable StepPack within(String have, int mostBytes) {
    DesiredState state = server.fleet().of(new NodeName("web-1")).orElseThrow();
    return server.deltas().within(state, new CommitId(have), mostBytes);
  }

  @Test
  void refusesWhatIsNoCommit() throws Exception {
    assertThat(status("HEAD", first)).isEqualTo("422 COMMIT_INVALID");
    assertThat(status(first, "")).isEqualTo("422 COMMIT_INVALID");
  }

  @Test
  void isNotForStrangersNorForPeople() throws Exception {
    try (Response response =
        TestServer.client(server.nodeKey("stranger")).newCall(request(first, first)).execute()) {
      assertThat(response.code()).isEqualTo(401);
    }
    Request people =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + path(first, first))
            .header("Authorization", "Bearer admin")
            .build();
    try (Response response = web1.newCall(people).execute()) {
      assertThat(response.code()).isEqualTo(404);
    }
  }

  @Test
  void sendsALargeFileWholeAndNotAsADelta() throws Exception {
    byte[] large = new byte[LARGE_BYTES];
    new Random(1).nextBytes(large);
    Files.write(git.directory().resolve("bin/large"), large);
    final String had = git.commit("x", "1\n");
    push();
    large[5] ^= 1;
    Files.write(git.directory().resolve("bin/large"), large);
    String target = git.commit("x", "2\n");
    push();

    assertThat(pack(had, target).length).isGreaterThan(LARGE_BYTES);
  }

  @Test
  void leavesAStepThatIsTooLargeToGit() throws Exception {
    byte[] large = new byte[TOO_LARGE_BYTES];
    new Random(2).nextBytes(large);
    Files.write(git.directory().resolve("bin/large"), large);
    String target = git.commit("x", "1\n");
    push();

    assertThat(status(first, target)).isEqualTo("404 DELTA_NONE");
  }

  private void push() throws Exception {
    git.ok("push", "-q", "-o", "nowait", "origin", "main");
  }

  private Optional<byte[]> answered(String query) throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url(Port.AGENTS) + "/git/fleet.git/delta?" + query)
            .build();
    try (Response response = web1.newCall(request).execute()) {
      return response.code() == 200
          ? Optional.of(response.body().bytes())
          : Optional.<byte[]>empty();
    }
  }

  private byte[] pack(String have, String want) throws IOException {
    try (Response response = web1.newCall(request(have, want)).execute()) {
      assertThat(response.header("Content-Type")).isEqualTo("application/x-git-packed-objects");
      return response.body().bytes();
    }
  }

  private String status(String have, String want) throws IOException {
    try (Response response = web1.newCall(request(have, want)).execute()) {
      return response.code() + " " + response.body().string().split(" ", 2)[0];
    }
  }

  /** All that a node sees of it, but what differs between any two requests. */
  private String answer(String have, String want) throws IOException {
    try (Response response = web1.newCall(request(have, want)).execute()) {
      Headers headers =
          response
              .headers()
              .newBuilder()
              .removeAll("Date")
              .removeAll("Pullcord-Request-Id")
              .removeAll(SenderClock.HEADER)
              .build();
      return response.code() + " " + response.body().string() + "\n" + headers;
    }
  }

  private Request request(String have, String want) {
    return new Request.Builder().url(server.url(Port.AGENTS) + path(have, want)).build();
  }

  private static String path(String have, String want) {
    return "/git/fleet.git/delta?have=" + have + "&want=" + want;
  }
}
