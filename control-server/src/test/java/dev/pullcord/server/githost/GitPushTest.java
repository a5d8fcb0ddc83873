package dev.pullcord.server.githost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.Principal;
import dev.pullcord.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import okhttp3.Credentials;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.eclipse.jgit.transport.PacketLineOut;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real git against the real server. */
class GitPushTest {
  private static final String MANIFEST =
      """
      version: 1
      bundles:
        search-files: {paths: [search/], on-change: nothing}
        task-code: {paths: [bin/]}
      workers:
        grep: {kind: process, run: [bin/work]}
      """;

  @TempDir Path directory;
  private TestServer server;
  private Git git;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = new TestServer(directory.resolve("server"));
    git = new Git(Files.createDirectories(directory.resolve("home")));
    git.ok("clone", "-q", url("operator"), "work");
    git = new Git(directory.resolve("home/work"));
    git.ok("checkout", "-q", "-B", "main");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String url(String token) {
    String base = server.url(Port.PEOPLE).replace("https://", "https://git:" + token + "@");
    return base + "/git/fleet.git";
  }

  private Git.Result push(String... arguments) throws IOException, InterruptedException {
    String[] all = new String[arguments.length + 2];
    all[0] = "push";
    all[1] = "origin";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return git.run(all);
  }

  private void untilItWatches() {
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("the push watches the fleet", () -> server.fleet().listeners() > 0);
  }

  @Test
  void showsWhatChangesAndThatTheFleetConverges() throws Exception {
    server.fleet().node("web-1", "main").node("web-2", "main");
    server.fleet().nodesStartAs(NodeState.CONVERGED);
    git.commit("pullcord.yaml", MANIFEST);
    git.commit("bin/work", "#!/bin/sh\n");
    git.commit("search/passwords", "secret\n");
    Git.Result first = push("main");
    assertThat(first.exit()).as(first.output()).isZero();
    assertThat(first.remote())
        .anyMatch(l -> l.endsWith("\"Change search/passwords\" by Alice"))
        .contains("  search-files: 1 file changed", "  task-code: 1 file changed")
        .contains("  starts grep", "  2 nodes follow main")
        .anyMatch(l -> l.startsWith("converged 2/2 in "));

    git.commit("search/passwords", "secret\npassword\n");
    assertThat(push("main").remote())
        .contains("  search-files: 1 file changed", "  restarts nothing");
    git.commit("bin/work", "#!/bin/sh\necho\n");
    assertThat(push("main").remote()).contains("  task-code: 1 file changed", "  restarts grep");
    git.commit("README.md", "hello\n");
    assertThat(push("main").remote())
        .contains("  README.md is not deployed (in no bundle)", "  restarts nothing");
  }

  @Test
  void aRepositoryThatHasLostWhatABranchLeadsToIsNotThePushersFault() throws Exception {
    git.commit("pullcord.yaml", MANIFEST);
    assertThat(push("main").exit()).isZero();
    String lost = "12".repeat(20);
    Path ref = directory.resolve("server/repositories/fleet.git/refs/heads/lost");
    Files.writeString(ref, lost + "\n");
    git.commit("bin/work", "#!/bin/sh\n");

    Git.Result push = push("main");

    assertThat(push.exit()).isNotZero();
    assertThat(push.output())
        .contains("REPOSITORY_DAMAGED  refs/heads/lost of this server leads to " + lost)
        .contains("pullcord-server doctor");
    Files.delete(ref);
    assertThat(push("main").exit()).isZero();
  }

  @Test
  void saysOnWhichNodesAWorkerRestarts() throws Exception {
    server.fleet().node("web-1", "main");
    server.fleet().nodesStartAs(NodeState.CONVERGED);
    git.commit("pullcord.yaml", MANIFEST);
    assertThat(push("main").exit()).isZero();

    git.commit(
        "pullcord.yaml",
        MANIFEST + "nodes: [{match: {role: gpu}, workers: {grep: {env: {A: b}}}}]\n");

    assertThat(push("main").remote()).contains("  restarts grep (role=gpu)");
  }

  @Test
  void refusesEntriesThatDoNotGoTogetherOnANodeThatThereIs() throws Exception {
    server.fleet().node("web-1", "main").node("web-2", "main");
    server.fleet().label("web-2", Map.of("role", "gpu", "dc", "north"));
    git.commit(
        "pullcord.yaml",
        MANIFEST
            + """
            nodes:
              - match: {role: gpu}
                workers: {grep: {health: {kind: command, run: [bin/ok], times: 20}}}
              - match: {dc: north}
                workers: {grep: {health: {kind: command, run: [bin/ok], deadline: 30s}}}
            """);

    Git.Result result = push("main");

    assertThat(result.output()).contains("remote rejected");
    assertThat(result.remote())
        .anyMatch(l -> l.startsWith("MANIFEST_RANGE  pullcord.yaml:"))
        .anyMatch(l -> l.endsWith("(on nodes with dc=north,role=gpu)"));
  }

  @Test
  void remembersWhoPushed() throws Exception {
    String commit = git.commit("pullcord.yaml", MANIFEST);
    assertThat(push("main").exit()).isZero();
    assertThat(server.store().pushedBy("main", new CommitId(commit))).isEqualTo("operator-owner");
  }

  @Test
  void saysThatNoNodeFollowsAndEndsAtOnce() throws Exception {
    git.commit("pullcord.yaml", MANIFEST);
    Git.Result result = push("main");
    assertThat(result.remote())
        .anyMatch(l -> l.startsWith("no node follows main"))
        .noneMatch(l -> l.contains("converged"));
  }

  @Test
  void refusesABadManifestWithEveryProblemAndItsPlace() throws Exception {
    server.fleet().node("web-1", "main");
    String bad = MANIFEST.replace("kind: process", "kind: proces").replace("on-change", "onchange");
    git.commit("pullcord.yaml", bad);
    Git.Result result = push("main");
    assertThat(result.exit()).isNotZero();
    assertThat(result.remote())
        .anyMatch(l -> l.matches("MANIFEST_[A-Z_]+  pullcord.yaml:3:\\d+ .*onchange.*"))
        .anyMatch(l -> l.matches("MANIFEST_[A-Z_]+  pullcord.yaml:6:\\d+ .*proces.*"));
    assertThat(result.output().lines().filter(l -> l.contains("remote rejected")))
        .as("some programs show this line alone")
        .singleElement()
        .asString()
        .contains("(pullcord.yaml:3:", "onchange", "and 1 more")
        .doesNotContain("MANIFEST_");
    assertThat(server.store().heads()).isEmpty();
  }

  @Test
  void refusesToTakeCommitsBackOrToDeleteWhatIsFollowed() throws Exception {
    server.fleet().node("web-1", "main");
    server.fleet().nodesStartAs(NodeState.CONVERGED);
    git.commit("pullcord.yaml", MANIFEST);
    String commit = git.commit("bin/work", "one\n");
    push("main");
    git.ok("reset", "-q", "--hard", "HEAD~1");
    git.commit("bin/work", "two\n");
    Git.Result forced = push("--force", "main");
    assertThat(forced.exit()).isNotZero();
    assertThat(forced.remote())
        .anyMatch(l -> l.matches("REF_NON_FF  main " + commit.substring(0, 7) + "….{7} .*"));
    Git.Result deleted = push(":main");
    assertThat(deleted.remote()).anyMatch(l -> l.startsWith("REF_DELETE_DENIED  main"));
    assertThat(server.store().heads()).containsEntry("main", new CommitId(commit));
  }

  @Test
  void saysWhoFollowsABranchThatIsToBeDeletedAndHowTheyGoElsewhere() throws Exception {
    git.commit("pullcord.yaml", MANIFEST);
    push("main");
    git.ok("checkout", "-q", "-b", "try");
    push("try");
    server.fleet().node("web-10", "try");
    server.fleet().node("web-2", "try");
    Git.Result deleted = push(":try");
    assertThat(deleted.exit()).isNotZero();
    assertThat(String.join(" ", deleted.remote()))
        .contains("REF_DELETE_DENIED  try cannot be deleted: 2 nodes follow it (web-2, web-10): ")
        .contains("pullcord follow web-2 web-10 BRANCH");
  }

  @Test
  void letsABranchThatNobodyFollowsBeRewrittenAndDeleted() throws Exception {
    git.commit("pullcord.yaml", MANIFEST);
    push("main");
    git.ok("checkout", "-q", "-b", "try");
    git.commit("bin/work", "one\n");
    assertThat(push("try").exit()).isZero();
    git.ok("commit", "-q", "--amend", "-m", "again");
    assertThat(push("--force", "try").exit()).isZero();
    assertThat(push(":try").exit()).isZero();
    assertThat(server.store().heads()).containsOnlyKeys("main");
  }

  @Test
  void refusesOtherRefsAndOptionsThatItDoesNotKnow() throws Exception {
    git.commit("pullcord.yaml", MANIFEST);
    assertThat(push("main:refs/pull/1").remote()).anyMatch(l -> l.startsWith("REF_NAME"));
    Git.Result option = push("-o", "no-wait", "main");
    assertThat(option.exit()).isNotZero();
    assertThat(option.remote()).anyMatch(l -> l.contains("\"no-wait\" is not known"));
    assertThat(server.store().heads()).isEmpty();
  }

  @Test
  void saysThatABranchCannotBeTheFolderOfAnother() throws Exception {
    git.commit("pullcord.yaml", MANIFEST);
    assertThat(push("main:a").exit()).isZero();
    assertThat(push("main:a/b").remote())
        .anyMatch(l -> l.startsWith("REF_CONFLICT  refs/heads/a/b cannot be beside refs/heads/a;"));
    assertThat(server.store().heads()).containsOnlyKeys("a");
  }

  @Test
  void doesNotStayWhenAskedNotTo() throws Exception {
    server.fleet().node("web-1", "main");
    String commit = git.commit("pullcord.yaml", MANIFEST);
    Git.Result result = push("-o", "nowait", "main");
    assertThat(result.remote())
        .contains("not waiting; see: pullcord wait " + commit.substring(0, 7));
    assertThat(server.fleet().listeners()).isZero();
  }

  @Test
  void staysNoLongerThanAskedTo() throws Exception {
    server.fleet().node("web-1", "main");
    git.commit("pullcord.yaml", MANIFEST);
    assertThat(push("-o", "timeout=200ms", "main").remote())
        .anyMatch(l -> l.matches("not converged 0/1 after [0-9.]+s: web-1 waiting"));
  }

  @Test
  void tellsTheFirstPusherThatASecondCameAndTheSecondThatItReplaces() throws Exception {
    server.fleet().node("web-1", "main");
    String one = git.commit("pullcord.yaml", MANIFEST);
    Path log = directory.resolve("first.log");
    Process first = git.start(log, "push", "origin", "main");
    untilItWatches();
    String two = git.commit("bin/work", "two\n");
    Git.Result second = push("-o", "nowait", "main");
    assertThat(first.waitFor()).isZero();
    assertThat(Files.readString(log))
        .containsPattern("not converged 0/1 after .*: superseded by " + two.substring(0, 7));
    assertThat(second.remote()).anyMatch(l -> l.contains("supersedes " + one.substring(0, 7)));
  }

  @Test
  void endsWatchingWhenTheServerStops() throws Exception {
    server.fleet().node("web-1", "main");
    git.commit("pullcord.yaml", MANIFEST);
    Path log = directory.resolve("first.log");
    Process push = git.start(log, "push", "origin", "main");
    untilItWatches();
    server.announceStop();
    assertThat(push.waitFor()).isZero();
    assertThat(Files.readString(log)).contains("server stopping; run pullcord wait ");
  }

  @Test
  void endsWatchingWhenItsTokenIsRevoked() throws Exception {
    server.fleet().token("leaving", Principal.Role.OPERATOR);
    server.fleet().node("web-1", "main");
    git.commit("pullcord.yaml", MANIFEST);
    Path log = directory.resolve("first.log");
    Process push = git.start(log, "push", url("leaving"), "main");
    untilItWatches();
    server.fleet().revoke("leaving");
    assertThat(push.waitFor()).isZero();
    assertThat(Files.readString(log)).contains("this token works no more; run pullcord wait ");
  }

  @Test
  void letsNobodyInWithoutATokenAndNoViewerPush() throws Exception {
    git.commit("pullcord.yaml", MANIFEST);
    Git.Result wrong = git.run("push", url("nonsense"), "main");
    assertThat(wrong.exit()).isNotZero();
    assertThat(wrong.output()).contains("Authentication failed");
    Git.Result viewer = git.run("push", url("viewer"), "main");
    assertThat(viewer.exit()).isNotZero();
    assertThat(viewer.output())
        .contains("403", "needs the role operator", "pullcord tokens create NAME --role operator");
    assertThat(git.run("ls-remote", url("viewer")).exit()).isZero();
  }

  @Test
  void namesTheBranchInEachSummaryOfAPushOfSeveral() throws Exception {
    server.fleet().node("web-1", "main").node("web-2", "next");
    server.fleet().nodesStartAs(NodeState.CONVERGED);
    git.commit("pullcord.yaml", MANIFEST);
    git.ok("branch", "next");
    git.ok("tag", "v1");
    assertThat(push("main", "next", "v1").remote())
        .anyMatch(l -> l.matches("converged 1/1 in .* \\(main\\)"))
        .anyMatch(l -> l.matches("converged 1/1 in .* \\(next\\)"));
  }

  @Test
  void saysThatTheRefHasMovedMeanwhile() throws Exception {
    String one = git.commit("pullcord.yaml", MANIFEST);
    push("main");
    String two = git.commit("bin/work", "two\n");
    push("main");
    git.ok("checkout", "-q", "-b", "next", one);
    String other = git.commit("bin/work", "other\n");
    push("next");
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    PacketLineOut out = new PacketLineOut(body);
    out.writeString(one + " " + other + " refs/heads/main\0 report-status side-band-64k");
    out.end();
    byte[] pack = {'P', 'A', 'C', 'K', 0, 0, 0, 2, 0, 0, 0, 0};
    body.write(pack);
    body.write(MessageDigest.getInstance("SHA-1").digest(pack));
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + "/git/fleet.git/git-receive-pack")
            .header("Authorization", Credentials.basic("git", "operator"))
            .post(
                RequestBody.create(
                    body.toByteArray(), MediaType.get("application/x-git-receive-pack-request")))
            .build();
    try (Response response = TestServer.client(null).newCall(request).execute()) {
      assertThat(response.body().string())
          .contains("REF_LOCK  refs/heads/main is no longer at " + one.substring(0, 7));
    }
    assertThat(server.store().heads()).containsEntry("main", new CommitId(two));
  }

  @Test
  void takesACommitThatIsHereThoughItsAuthorHasADateThatCannotBe() throws Exception {
    git.commit("pullcord.yaml", MANIFEST);
    git.commit("bin/work", "#!/bin/sh\n");
    git.ok("commit", "-q", "--amend", "--no-edit", "--date=@99999999999999999 +0000");
    git.ok("push", "-q", directory.resolve("server/repositories/fleet.git").toString(), "main");

    assertThat(push("main:release").exit()).isZero();
  }

  @Test
  void refusesACommitWhoseAuthorHasADateThatCannotBe() throws Exception {
    git.commit("pullcord.yaml", MANIFEST);
    git.commit("bin/work", "#!/bin/sh\n");
    git.ok("commit", "-q", "--amend", "--no-edit", "--date=@99999999999999999 +0000");

    Git.Result refused = push("main");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.remote())
        .anyMatch(l -> l.startsWith("OBJECT_INVALID  main: the author's date of "));

    git.ok("commit", "-q", "--amend", "--no-edit", "--date=now");
    assertThat(push("main").exit()).isZero();
  }
}
