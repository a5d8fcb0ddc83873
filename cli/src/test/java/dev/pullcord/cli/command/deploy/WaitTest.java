package dev.pullcord.cli.command.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class WaitTest {
  @TempDir Path home;
  private FakeServer server;
  private Machine machine;

  @BeforeEach
  void threeNodes() throws IOException {
    server = new FakeServer();
    machine = Machine.signedIn(home, server);
    set("grep-1", NodeState.CONVERGED, "");
    set("grep-2", NodeState.CONVERGED, "");
    set("beat-1", NodeState.CONVERGED, "");
    server.fleet().deploy(12, FakeFleet.HEAD, null);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void set(String name, NodeState state, String reason) {
    server.fleet().set(name, state, reason);
  }

  private CompletableFuture<Integer> start(String... args) {
    int before = server.listeners();
    CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> machine.run(args));
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("it listens", () -> server.listeners() > before);
    return run;
  }

  @Test
  void endsAtOnceWhenAllIsAsAsked() {
    assertThat(machine.run("wait")).isZero();
    assertThat(machine.out()).containsPattern("^converged 3/3 in [0-9.]+s\n$");
  }

  @Test
  void endsWhenTheLastNodeConverges() throws Exception {
    set("grep-2", NodeState.APPLYING, "draining pid 12");
    CompletableFuture<Integer> waiting = start("wait", "main");
    set("grep-2", NodeState.CONVERGED, "");
    server.ring();
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isZero();
    assertThat(machine.out())
        .containsPattern("^http://127.0.0.1:[0-9]+/ui/deployments/12\n")
        .containsPattern("(?m)^ +[0-9.]+s  … grep-2  applying: draining pid 12$")
        .containsPattern("(?m)^ +[0-9.]+s  ✓ grep-2  converged$")
        .containsPattern("(?m)^converged 3/3 in [0-9.]+s \\(main 3f2a91c\\)$");
  }

  @Test
  void endsWhenEveryReachableNodeIsDoneAndNamesThoseThatAreNot() {
    set("grep-1", NodeState.ROLLED_BACK, "check exited 1");
    set("grep-2", NodeState.OFFLINE, "no contact for 3m");
    assertThat(machine.run("wait", FakeFleet.HEAD.abbreviated())).isEqualTo(1);
    assertThat(machine.out())
        .containsPattern("(?m)^not converged 1/3 after .*; offline 1: grep-2$")
        .contains("  ✗ grep-1  rolled-back: check exited 1\n")
        .contains("  ? grep-2  offline: no contact for 3m\n")
        .endsWith("\nnext: pullcord why grep-1\n");
  }

  private static final String UNREACHED =
      "what was pushed to main reaches no node: the disk of the server is full";

  @ParameterizedTest
  @ValueSource(strings = {"wait main --timeout 300ms", "wait --timeout 300ms"})
  void aBranchWhosePushReachesNoNodeIsUnderWay(String line) {
    server.fleet().troubled("main", "the disk of the server is full");
    machine.timeGoesOnlyByLooks(Duration.ofMillis(20)); // the first look is always in time

    assertThat(machine.run(line.split(" ", -1))).isEqualTo(3);
    assertThat(machine.out())
        .startsWith(line.contains("main") ? server.url() + "/ui/deployments/12\n" : UNREACHED)
        .contains(UNREACHED + "\n", "not converged 3/3 after ", "\n  " + UNREACHED + "\n");
  }

  @Test
  void whatWasPushedIsWaitedForOnceItReachesTheNodes() throws Exception {
    server.fleet().troubled("main", "the disk of the server is full");
    CompletableFuture<Integer> waiting = start("wait", "main");
    server.fleet().deploy(13, FakeFleet.BEFORE, null);
    server.fleet().deploy(12, FakeFleet.HEAD, 13L);
    server.fleet().deploy(13, FakeFleet.BEFORE, null);
    server.fleet().troubled("main", null);
    server.ring();

    assertThat(waiting.get(60, TimeUnit.SECONDS)).isZero();
    assertThat(machine.out())
        .contains("/ui/deployments/12\n", UNREACHED + "\n", "/ui/deployments/13\n")
        .endsWith("(main " + FakeFleet.BEFORE.abbreviated() + ")\n");
  }

  @Test
  void aCommitThatNobodyKnowsMayBeTheOneThatReachesNoNode() {
    server.fleet().troubled("main", "the disk of the server is full");

    assertThat(machine.run("wait", "feedfeed", "--timeout", "300ms")).isEqualTo(3);
    assertThat(machine.out()).isEqualTo(UNREACHED + "\n");
    assertThat(machine.err()).contains("no deployment of commit feedfeed; " + UNREACHED);
    assertThat(machine.run("wait", FakeFleet.HEAD.abbreviated())).as("it has arrived").isZero();
  }

  @Test
  void aTimeThatNobodyWaitsForIsWrongUsage() {
    assertThat(machine.run("wait", "--timeout", "200000d")).isEqualTo(2);
    assertThat(machine.err()).isEqualTo("--timeout \"200000d\": at most 365d is expected\n");
  }

  @Test
  void waitsForANodeThatTriesAgainByItself() {
    server.fleet().set("grep-1", NodeState.FAILED, "disk full", FakeFleet.NOW);
    assertThat(machine.run("wait", "--timeout", "300ms")).isEqualTo(3);
    assertThat(machine.out()).contains("not converged 2/3 after", "disk full");
    set("grep-1", NodeState.FAILED, "no earlier release");
    assertThat(machine.run("wait", "--timeout", "60s")).isEqualTo(1);
  }

  @Test
  void offlineNodesAreLeftOutWhenAskedTo() {
    set("grep-2", NodeState.OFFLINE, "no contact for 3m");
    assertThat(machine.run("wait")).isEqualTo(1);
    assertThat(machine.out())
        .endsWith("\nnext: grep-2 is brought up to date when it comes back; pullcord why grep-2\n");
    assertThat(machine.run("wait", "--offline", "ok")).isZero();
    assertThat(machine.out()).contains("converged 2/2", "offline 1: grep-2");
  }

  @Test
  void fleetThatIsAllOfflineIsNeverConverged() {
    for (String node : new String[] {"grep-1", "grep-2", "beat-1"}) {
      set(node, NodeState.OFFLINE, "");
    }
    assertThat(machine.run("wait", "--offline", "ok")).isEqualTo(1);
  }

  @Test
  void aNodeThatIsHeldIsNamedAndNotWaitedFor() {
    set("grep-1", NodeState.HELD, "noop: would go to 3f2a91c: restart grep");
    assertThat(machine.run("wait", "main")).isEqualTo(1);
    assertThat(machine.out()).contains("grep-1  held: noop: would go to 3f2a91c: restart grep");
  }

  @Test
  void selectionAloneCounts() {
    set("grep-1", NodeState.ROLLED_BACK, "check exited 1");
    assertThat(machine.run("wait", "main", "-l", "role=beat")).isZero();
    assertThat(machine.out()).contains("converged 1/1");
    assertThat(machine.run("wait", "main", "-l", "role=grep")).isEqualTo(1);
  }

  @Test
  void supersededDeploymentIsNotConverged() {
    server.fleet().deploy(11, FakeFleet.BEFORE, 12L);
    assertThat(machine.run("wait", FakeFleet.BEFORE.value())).isEqualTo(1);
    assertThat(machine.out()).containsPattern("^not converged .*: superseded by 3f2a91c\n$");
  }

  @Test
  void commitThatHeadsTwoBranchesIsWaitedForOnBoth() throws Exception {
    server.fleet().deploy(13, "release", FakeFleet.HEAD);
    server.fleet().follows("grep-2", "release");
    set("grep-2", NodeState.APPLYING, "staging");
    assertThat(machine.run("wait", "main")).isZero();
    assertThat(machine.run("wait", FakeFleet.HEAD.abbreviated(), "--timeout", "300ms"))
        .isEqualTo(3);
    CompletableFuture<Integer> waiting = start("wait", FakeFleet.HEAD.value());
    set("grep-2", NodeState.CONVERGED, "");
    server.ring();
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isZero();
    assertThat(machine.out()).contains("converged 3/3 in", "(main, release 3f2a91c)");
  }

  @Test
  void nodeThatIsPinnedToTheCommitIsWaitedForToo() {
    PinStatus pin = new PinStatus("v1", "ann", "trying", FakeFleet.NOW);
    server.fleet().pinned("grep-2", pin);
    server.fleet().set("grep-2", NodeState.FAILED, "no earlier release");
    assertThat(machine.run("wait", FakeFleet.HEAD.abbreviated())).isEqualTo(1);
    assertThat(machine.out()).contains("grep-2  failed: no earlier release");
    assertThat(machine.run("wait", "main")).isZero();
  }

  @Test
  void unknownCommitIsTheServersNoAndAWordThatIsNoneIsWrongUsage() {
    assertThat(machine.run("wait", "abcdef0", "--timeout", "100ms")).isEqualTo(4);
    assertThat(machine.err()).contains("no deployment of commit abcdef0");
    server.odd(
        "/api/v1/plan",
        422,
        "application/problem+json",
        """
        {"type": "urn:x", "title": "no", "status": 422, "code": "REF_MISSING", "detail": "none"}
        """);
    assertThat(machine.run("wait", "mian")).isEqualTo(2);
    assertThat(machine.err()).contains("\"mian\"", "main", "; did you mean main?");
    assertThat(machine.run("wait", "--timeout", "soon")).isEqualTo(2);
  }

  private void resolves(String what, @Nullable String branch, boolean followed) {
    server.odd(
        "/api/v1/plan",
        200,
        "application/json",
        PullcordJson.write(
            new PlanView(
                FakeFleet.HEAD,
                branch,
                followed,
                what,
                "Ann",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of())));
  }

  @Test
  void aTagIsItsCommitOnEveryBranchThatItHeads() {
    resolves("v1", null, false);
    server.fleet().deploy(13, "release", FakeFleet.HEAD);
    server.fleet().follows("grep-2", "release");
    assertThat(machine.run("wait", "v1")).isZero();
    assertThat(machine.out()).contains("converged 3/3 in", "(main, release 3f2a91c)");
    set("grep-2", NodeState.ROLLED_BACK, "check exited 1");
    assertThat(machine.run("wait", "v1")).isEqualTo(1);
  }

  @Test
  void aBranchThatNobodyFollowsIsAnEmptySelection() {
    resolves("try", "try", false);
    assertThat(machine.run("wait", "try")).isEqualTo(2);
    assertThat(machine.err()).contains("\"try\" is no commit", "main");
  }

  @Test
  void aServerThatCannotLookATagUpIsNotTakenForOneThatHasNone() {
    server.odd("/api/v1/plan", 502, "text/html", "bad gateway");
    assertThat(machine.run("wait", "v1")).isEqualTo(5);
  }

  @Test
  void digitsOfSeveralCommitsAreNoCommit() {
    CommitId other = new CommitId(FakeFleet.HEAD.value().substring(0, 30) + "0".repeat(10));
    server.fleet().deploy(13, "release", other);
    server.fleet().follows("grep-2", "release");
    assertThat(machine.run("wait", FakeFleet.HEAD.abbreviated())).isEqualTo(2);
    assertThat(machine.err()).contains("several commits", other.value(), "write more digits");
    assertThat(machine.run("wait", other.value())).isZero();
  }

  @Test
  void commitThatIsStillOnItsWayIsWaitedFor() throws Exception {
    CompletableFuture<Integer> waiting = start("wait", "0badcafe");
    server.fleet().deploy(13, FakeFleet.BEFORE, null);
    server.ring();
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void serverThatGoesAwayForAMomentDoesNotEndIt() throws Exception {
    set("grep-2", NodeState.APPLYING, "staging");
    CompletableFuture<Integer> waiting = start("wait");
    server.odd("/api/v1/nodes", 502, "text/html", "bad gateway");
    server.ring();
    int asked = server.requests().size();
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("it asked again", () -> server.requests().size() > asked);
    server.normal("/api/v1/nodes");
    set("grep-2", NodeState.CONVERGED, "");
    server.ring();
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void looksEverySecondWithoutEvents() throws Exception {
    server.odd("/api/v1/events", 404, "text/plain", "no such thing");
    set("grep-2", NodeState.APPLYING, "staging");
    CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> machine.run("wait"));
    Eventually.within(Duration.ofSeconds(60))
        .isTrue("it has looked", () -> server.requests().toString().contains("events"));
    set("grep-2", NodeState.CONVERGED, "");
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void endsWithOneJsonDocument() throws Exception {
    set("grep-1", NodeState.ROLLED_BACK, "check exited 1");
    assertThat(machine.run("wait", "main", "-o", "json")).isEqualTo(1);
    JsonNode end = PullcordJson.wire().readTree(machine.out());
    assertThat(end.get("converged").asBoolean()).isFalse();
    assertThat(end.get("outcome").asText()).isEqualTo("incomplete");
    assertThat(end.get("deployment").asLong()).isEqualTo(12);
    assertThat(end.get("commit").asText()).isEqualTo(FakeFleet.HEAD.value());
    assertThat(end.get("nodes")).hasSize(3);
    assertThat(end.get("nodes").get(1).get("state").asText()).isEqualTo("rolled-back");
  }
}
