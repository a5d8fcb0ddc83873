package dev.pullcord.server.githost.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.TestServer;
import dev.pullcord.server.gate.GateView;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.security.Port;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What git says, and where the branch is, when a gate ends in each of its ways. */
class GatedPushTest {
  private static final String MANIFEST =
      """
      version: 1
      bundles: {task-code: {paths: [bin/]}}
      workers:
        grep: {kind: process, run: [bin/work]}
      """;

  @TempDir Path directory;
  private TestServer server;
  private Git git;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = new TestServer(directory.resolve("server"));
    String base = server.url(Port.PEOPLE).replace("https://", "https://git:operator@");
    Git home = new Git(Files.createDirectories(directory.resolve("home")));
    home.ok("clone", "-q", base + "/git/fleet.git", "work");
    git = new Git(directory.resolve("home/work"));
    git.ok("checkout", "-q", "-B", "main");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Git.Result push(String... arguments) throws IOException, InterruptedException {
    return git.run(
        Stream.concat(Stream.of("push", "origin"), Stream.of(arguments)).toArray(String[]::new));
  }

  private void commitWork() throws Exception {
    git.commit("pullcord.yaml", MANIFEST);
    git.commit("bin/work", "#!/bin/sh\n");
  }

  private String head() throws Exception {
    return git.run("ls-remote", "origin", "refs/heads/main").output().strip();
  }

  @Test
  void aGateThatIsPassedLetsTheBranchMove() throws Exception {
    server.gates().canary = GateView.Standing.WELL;
    commitWork();

    Git.Result gated = push("-o", "gate", "main");

    assertThat(gated.exit()).as(gated.output()).isZero();
    assertThat(gated.remote()).anyMatch(l -> l.startsWith("gate passed: web-1 ran "));
    assertThat(head()).isNotEmpty();
    assertThat(server.gates().outcomes).containsExactly("passed: web-1 ran it well");
  }

  @Test
  void aGateThatFailsRefusesThePushAndNothingMoves() throws Exception {
    server.gates().canary = GateView.Standing.FAILED;
    commitWork();

    Git.Result gated = push("-o", "gate", "main");

    assertThat(gated.exit()).isNotZero();
    assertThat(gated.output()).contains("GATE_FAILED").contains("web-1 is back");
    assertThat(head()).isEmpty();
  }

  @Test
  void aGateEndsWhenItsTimeIsUp() throws Exception {
    server.gates().canary = GateView.Standing.UNDER_WAY;
    commitWork();

    Git.Result gated = push("-o", "gate", "-o", "timeout=1s", "main");

    assertThat(gated.output()).contains("GATE_TIMEOUT").contains("web-1 (waiting: a test)");
    assertThat(head()).isEmpty();
  }

  @Test
  void aGateEndsWhenAnotherPushMovesTheBranch() throws Exception {
    server.gates().canary = GateView.Standing.UNDER_WAY;
    server.gates().overtaken = true;
    commitWork();

    assertThat(push("-o", "gate", "main").output()).contains("moved by another push meanwhile");
    assertThat(head()).isEmpty();
  }

  @Test
  void aGateThatAnOperatorEndsRefusesThePushAndNamesHim() throws Exception {
    server.gates().canary = GateView.Standing.UNDER_WAY;
    server.gates().endedBy = "bob";
    commitWork();

    assertThat(push("-o", "gate", "main").output()).contains("GATE_ENDED  bob ended the gate");
    assertThat(head()).isEmpty();
  }

  @Test
  void aGateNeedsANodeThatTriesTheCommit() throws Exception {
    commitWork();

    assertThat(push("-o", "gate", "main").output()).contains("GATE_NO_CANARY");
    assertThat(head()).isEmpty();
  }

  @Test
  void aGateIsForOneBranch() throws Exception {
    server.gates().canary = GateView.Standing.WELL;
    commitWork();

    Git.Result both = push("-o", "gate", "main", "main:other");

    assertThat(both.output()).contains("-o gate is for one branch");
    assertThat(head()).isEmpty();
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("nobody watches the fleet any more", () -> server.fleet().listeners() == 0);
  }

  @Test
  void aPusherWhoGoesAwayEndsTheGate() throws Exception {
    server.gates().canary = GateView.Standing.UNDER_WAY;
    commitWork();
    Process pushing =
        git.start(directory.resolve("push.log"), "push", "-o", "gate", "origin", "main");
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("the push watches the fleet", () -> server.fleet().listeners() > 0);
    pushing.descendants().forEach(ProcessHandle::destroyForcibly);
    pushing.destroyForcibly();
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("the gate ends", () -> !server.gates().outcomes.isEmpty());
    assertThat(server.gates().outcomes).containsExactly("GATE_ENDED  the pusher is gone");
    assertThat(head()).isEmpty();
  }

  @Test
  void aBranchIsNotTakenAwayThroughAGate() throws Exception {
    server.gates().canary = GateView.Standing.WELL;
    commitWork();
    assertThat(push("main").exit()).isZero();
    git.commit("bin/work", "#!/bin/sh\nexit\n");
    assertThat(push("main:other").exit()).isZero();

    assertThat(push("-o", "gate", ":other").output()).contains("-o gate is for one branch");
    assertThat(git.run("ls-remote", "origin", "refs/heads/other").output()).isNotEmpty();
    assertThat(server.gates().outcomes).isEmpty();
  }
}
