package dev.pullcord.cli.command.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class FleetVerbsTest {
  @TempDir Path home;
  private FakeServer server;
  private Machine machine;

  @BeforeEach
  void threeNodes() throws IOException {
    server = new FakeServer();
    machine = Machine.signedIn(home, server);
    server.fleet().set("grep-1", NodeState.CONVERGED, "");
    server.fleet().set("grep-2", NodeState.CONVERGED, "");
    server.fleet().set("beat-1", NodeState.CONVERGED, "");
    server.fleet().deploy(12, FakeFleet.HEAD, null);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void fail(String reason) {
    server.fleet().set("grep-2", NodeState.FAILED, reason);
  }

  private NodeView node(String name) {
    return Objects.requireNonNull(server.fleet().node(new NodeName(name)));
  }

  @Test
  void nodeShowsTheStepThatIsUnderWayWithItsOutputSoFar() {
    StepRecord staged =
        new StepRecord(
            9,
            1,
            FakeFleet.HEAD,
            StepRecord.Kind.STAGE,
            "3f2a91c",
            StepRecord.Outcome.OK,
            Instant.EPOCH,
            40,
            null,
            "");
    server
        .fleet()
        .underWay(
            "grep-2",
            new UnderWay(
                9,
                2,
                FakeFleet.HEAD,
                StepRecord.Kind.CHECK,
                "bin/check",
                Instant.EPOCH,
                3100,
                "7 of 12\n",
                List.of(staged)));

    assertThat(machine.run("node", "grep-2")).isZero();
    assertThat(machine.out())
        .contains("steps of deployment 12", "stage 3f2a91c  0.04s")
        .contains("check bin/check  running since 3.1s\n      7 of 12\n");
    assertThat(machine.run("deployment", "12", "--node", "grep-2")).isZero();
    assertThat(machine.out()).contains("check bin/check  running since 3.1s");
  }

  @Test
  void statusBeginsWithTheVerdict() {
    assertThat(machine.run("status")).isZero();
    assertThat(machine.out().lines().findFirst()).contains("converged 3/3 ✓");
    assertThat(machine.out()).contains("main  3f2a91c  Look for more  (Ann, 2m 5s ago)");
  }

  @Test
  void logsAreLinesAndNothingOfThemIsObeyedByATerminal() {
    server.odd("/api/v1/nodes/grep-1/logs", 200, "text/plain", "one\n\0\n\033[31mred\nthree\n");

    assertThat(machine.run("logs", "grep-1", "grep", "-n", "3")).isZero();

    assertThat(machine.out()).isEqualTo("one\n\\u001b[31mred\nthree\n");
    assertThat(server.requests().getLast()).contains("worker=grep").contains("lines=3");
  }

  @Test
  void aFollowedLogThatEndsSaysWhy() {
    server.odd("/api/v1/nodes/grep-1/logs", 200, "text/plain", "one\n");

    assertThat(machine.run("logs", "grep-1", "-f")).isEqualTo(5);
    assertThat(machine.err())
        .isEqualTo(
            "the log of grep-1 ended; if its last line does not say why, its agent or the server is"
                + " being stopped: follow it again\n");

    server.odd("/api/v1/nodes/gone/logs", 200, "text/plain", "one\n");
    assertThat(machine.run("logs", "gone", "-f")).isEqualTo(4);
    assertThat(machine.out()).isEqualTo("one\n");
    assertThat(machine.err()).contains("there is no node");
  }

  @Test
  void aLogThatBrokeOffEndsWith5() {
    server.odd(
        "/api/v1/nodes/grep-1/logs",
        200,
        "text/plain",
        "one\nthe log of grep-1 ends here: it was read too slowly\n\0broke off\n");

    assertThat(machine.run("logs", "grep-1")).isEqualTo(5);
    assertThat(machine.out())
        .isEqualTo("one\nthe log of grep-1 ends here: it was read too slowly\n");
    assertThat(machine.err())
        .isEqualTo("the log of grep-1 broke off; its last line says why: read it again\n");
    assertThat(machine.run("logs", "grep-1", "-f")).isEqualTo(5);
  }

  private void logs(String lines) {
    server.odd("/api/v1/logs", 200, "application/x-ndjson", lines);
  }

  @Test
  void logsOfSeveralNodesAreOneInTheOrderOfTheirTimes() {
    logs(
        """
        {"node":"grep-1","line":"[2026-11-29 03:31:13,100: INFO] first"}
        {"node":"grep-1","line":"  its second line"}
        {"node":"grep-1","line":"[2026-11-29 03:31:15,000] last"}

        {"node":"grep-2","line":"2026-11-29T03:31:14Z between"}
        {"node":"grep-1"}
        {"node":"grep-2"}
        """);

    assertThat(machine.run("logs", "-l", "role=grep")).isZero();
    assertThat(machine.out())
        .isEqualTo(
            """
            grep-1 | [2026-11-29 03:31:13,100: INFO] first
            grep-1 |   its second line
            grep-2 | 2026-11-29T03:31:14Z between
            grep-1 | [2026-11-29 03:31:15,000] last
            """);

    assertThat(machine.run("logs", "-l", "role=grep", "--worker", "grep", "-o", "json")).isZero();
    assertThat(machine.out()).contains("{\"node\":\"grep-2\",\"line\":\"2026-11-29T03:31:14Z");
    assertThat(server.requests().getLast()).contains("worker=grep").contains("nodes=grep-1");
  }

  @Test
  void aLogThatCannotBeReadDoesNotStopTheOthers() {
    logs(
        """
        {"node":"grep-2","problem":"grep-2 is not connected"}
        {"node":"grep-1","line":"one"}
        """);

    assertThat(machine.run("logs", "-l", "role=grep", "-f")).isEqualTo(5);
    assertThat(machine.out().lines()).containsExactly("grep-1 | one");
    assertThat(machine.err())
        .contains("grep-2 is not connected")
        .contains(
            "grep-1: the log ended; if its last line does not say why, its agent or the server is"
                + " being stopped: follow it again");
    assertThat(machine.run("logs", "grep-1", "-l", "role=grep")).isEqualTo(2);
    assertThat(machine.run("logs")).isEqualTo(2);
  }

  @Test
  void logsThatATokenMayNotFollowAreToldOnceWithWhatToDo() {
    for (int i = 10; i < 21; i++) {
      server.fleet().set("grep-" + i, NodeState.CONVERGED, "");
    }
    server.odd(
        "/api/v1/logs",
        429,
        "application/problem+json",
        "{\"status\":429,\"code\":\"SHARE_TAKEN\",\"detail\":\"ann has 10 logs already\"}");

    assertThat(machine.run("logs", "-l", "role=grep", "-f")).isEqualTo(4);
    assertThat(machine.err()).contains("and 5 more: ann has 10 logs already; leave -f out");

    assertThat(machine.run("logs", "-l", "role=grep")).isEqualTo(4);
    assertThat(machine.err()).containsOnlyOnce("ann has 10 logs already");
  }

  @Test
  void whatIsNoLogIsSaidAndNotShown() {
    logs("{\"node\":\"grep-1\",\"line\":\"one\"}\nno JSON\n");

    assertThat(machine.run("logs", "-l", "role=grep")).isEqualTo(5);

    assertThat(machine.out()).isEqualTo("grep-1 | one\n");
    assertThat(machine.err()).contains("does not answer as a Pullcord server");
  }

  @Test
  void logsOfMoreThanAHundredNodesComeInSeveralStreams() {
    for (int i = 10; i < 250; i++) {
      server.fleet().set("grep-" + i, NodeState.CONVERGED, "");
    }
    logs("");

    assertThat(machine.run("logs", "-l", "role=grep", "-f")).isEqualTo(5);

    assertThat(server.requests().stream().filter(r -> r.contains("/api/v1/logs?"))).hasSize(3);
    assertThat(machine.err()).contains("the log ended");
  }

  @Test
  void psHasALineForEachGeneration() {
    assertThat(machine.run("ps", "grep-1")).isZero();
    assertThat(machine.out()).contains("GEN ").contains("consuming");
  }

  @Test
  void statusNamesEachNodeThatIsNotConvergedAndWhy() {
    fail("check bin/check-patterns exited 1");
    assertThat(machine.run("status")).isEqualTo(1);
    assertThat(machine.out()).startsWith("not converged 2/3 ✗\n");
    assertThat(machine.out()).contains("✗ 2/3  1 failed");
    assertThat(machine.out())
        .contains("✗ grep-2  failed: check bin/check-patterns exited 1  (2m 5s ago)");
  }

  @Test
  void statusEndsWithOneAlsoAsJsonAndWhenANodeIsOnlyHeld() {
    server.fleet().set("grep-2", NodeState.HELD, "worker grep stopped by ann");
    assertThat(machine.run("status", "-o", "json")).isEqualTo(1);
    assertThat(machine.run("status")).isEqualTo(1);
    assertThat(machine.out()).contains("not converged 2/3 ‖", "‖ grep-2  held").doesNotContain("✗");
  }

  @Test
  void statusAsJsonIsTheFleetOfTheApi() throws Exception {
    assertThat(machine.run("status", "-o", "json")).isZero();
    assertThat(machine.out().lines()).hasSize(1);
    assertThat(PullcordJson.strict().readValue(machine.out(), Fleet.class))
        .isEqualTo(server.numbers());
  }

  @Test
  void formatMayStandBeforeTheVerb() throws Exception {
    assertThat(machine.run("-o", "json", "status")).isZero();
    assertThat(PullcordJson.wire().readTree(machine.out()).has("revision")).isTrue();
  }

  @Test
  void emptyFleetIsNotConverged() throws IOException {
    try (FakeServer empty = new FakeServer()) {
      Machine fresh = Machine.signedIn(home, empty);
      assertThat(fresh.run("status")).isEqualTo(1);
      assertThat(fresh.out()).startsWith("no nodes yet").doesNotContain("converged 0/0");
    }
  }

  @Test
  void nodesAreALineEachOverAllPages() {
    assertThat(machine.run("nodes")).isZero();
    assertThat(machine.out().lines()).hasSize(4);
    assertThat(machine.out())
        .containsPattern("(?m)^grep-1  ✓ converged  main  3f2a91c  2m 5s  just now  role=grep");
  }

  @Test
  void reasonIsNeverCutAndANarrowTerminalGetsFewerColumns() {
    String reason = "a reason that takes more than one row of any terminal ".repeat(4).strip();
    fail(reason);
    machine.terminal().isWatched();
    machine.set("NO_COLOR", "1");
    assertThat(machine.run("nodes")).isZero();
    assertThat(machine.out()).startsWith("NODE    STATE        RUNS ").contains(reason);
    assertThat(machine.run("status")).isEqualTo(1);
    assertThat(machine.out()).contains(reason);
  }

  @Test
  void nodesAsJsonAreThePageOfTheApi() throws Exception {
    assertThat(machine.run("nodes", "-l", "role=grep", "-o", "json")).isZero();
    JsonNode page = PullcordJson.wire().readTree(machine.out());
    assertThat(page.get("nodes")).hasSize(2);
    assertThat(page.get("next").isNull()).isTrue();
    assertThat(page.get("nodes").get(0).get("name").asText()).isEqualTo("grep-1");
  }

  @Test
  void emptySelectionIsWrongUsage() {
    for (String verb : new String[] {"nodes", "retry", "unpin", "wait"}) {
      assertThat(machine.run(verb, "-l", "role=gpu")).isEqualTo(2);
      assertThat(machine.err()).contains("no node has role=gpu");
    }
    assertThat(machine.run("follow", "-l", "role=gpu", "prod")).isEqualTo(2);
  }

  @Test
  void selectorThatIsEmptyDoesNotMeanEverybody() {
    for (String verb : new String[] {"nodes", "retry", "unpin", "wait"}) {
      assertThat(machine.run(verb, "-l", "")).isEqualTo(2);
      assertThat(machine.err()).contains("-l is empty");
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void nodesByStateRefusesAWordThatIsNone() {
    assertThat(machine.run("nodes", "--state", "broken")).isEqualTo(2);
    assertThat(machine.err()).contains("\"broken\"").contains("rolled-back");
  }

  @Test
  void nodeShowsItsWorkersAndItsLastSteps() {
    fail("check failed");
    server
        .fleet()
        .did(
            "grep-2",
            step(StepRecord.Outcome.OK, "", null),
            step(StepRecord.Outcome.RELEASE_FAULT, "bad pattern:\n  (\033[2J", 1));
    assertThat(machine.run("node", "grep-2")).isZero();
    assertThat(machine.out())
        .contains("grep-2  ✗ failed  for 2m 5s")
        .contains("4711", "consuming", "pid 4711 started")
        .contains("grep-2 is failed because check failed.")
        .contains("steps of deployment 12")
        .contains("✗ check bin/check-patterns  0.12s  release fault  exit 1")
        .contains("      bad pattern:\n        (\\u001b[2J");
  }

  private static StepRecord step(
      StepRecord.Outcome outcome, String output, @Nullable Integer exit) {
    return new StepRecord(
        4,
        0,
        FakeFleet.HEAD,
        StepRecord.Kind.CHECK,
        "bin/check-patterns",
        outcome,
        FakeFleet.NOW,
        120,
        exit,
        output);
  }

  @Test
  void unknownNodeIsTheServersNo() {
    assertThat(machine.run("node", "grep-9")).isEqualTo(4);
    assertThat(machine.err()).isEqualTo("there is no node \"grep-9\"\n");
    assertThat(machine.out()).isEmpty();
  }

  @Test
  void whyIsOneParagraph() {
    fail("of the moon");
    assertThat(machine.run("why", "grep-2")).isZero();
    assertThat(machine.out()).isEqualTo("grep-2 is failed because of the moon.\n");
  }

  @Test
  void textOfOthersCannotMoveTheCursor() {
    fail("\033[2J\rfine\nconverged 3/3");
    assertThat(machine.run("status")).isEqualTo(1);
    assertThat(machine.out()).contains("\\u001b[2J\\u000dfine\\u000aconverged 3/3");
    assertThat(machine.run("why", "grep-2")).isZero();
    assertThat(machine.out()).doesNotContain("\033").doesNotContain("\r");
  }

  @Test
  void pinSaysWhatRunsNowAndWhatWill() throws Exception {
    assertThat(machine.run("pin", "grep-1", "grep-2", "fix", "--for", "2h", "--reason", "try"))
        .isZero();
    assertThat(machine.out())
        .contains(
            "grep-1 ran main at 3f2a91c, is pinned to fix (3f2a91c) until ", ", then main again");
    assertThat(machine.run("pins")).isZero();
    assertThat(machine.out()).contains("grep-1  fix", "in 2h", "ann", "try");
    assertThat(machine.run("pins", "-o", "json")).isZero();
    assertThat(PullcordJson.wire().readValue(machine.out(), PinView.All.class).pins()).hasSize(2);
    assertThat(machine.run("nodes")).isZero();
    assertThat(machine.out()).contains("fix (pin)");
  }

  @Test
  void pinTakesASelectorInPlaceOfNames() {
    assertThat(machine.run("pin", "-l", "role=grep", "fix", "--for", "2h", "--reason", "try"))
        .isZero();
    assertThat(node("grep-1").pin()).isNotNull();
    assertThat(node("beat-1").pin()).isNull();
    assertThat(machine.run("pin", "-l", "role=grep", "grep-1", "fix", "--for=2h", "--reason=x"))
        .isEqualTo(2);
  }

  @Test
  void pinChangesNothingWhenANameIsMisspelt() {
    assertThat(machine.run("pin", "grep-1", "grpe-2", "fix", "--for=2h", "--reason=x"))
        .isEqualTo(4);
    assertThat(node("grep-1").pin()).isNull();
  }

  @Test
  void pinChecksWhatItIsGiven() {
    assertThat(machine.run("pin", "grep-1", "fix", "--for", "2 hours", "--reason=x")).isEqualTo(2);
    assertThat(machine.run("pin", "grep-1", "fix", "--for", "9s", "--reason=x")).isEqualTo(2);
    assertThat(machine.run("pin", "grep-1", "fix", "--for", "2h", "--reason= ")).isEqualTo(2);
    assertThat(machine.run("pin", "grep-1", "--for", "2h", "--reason=x")).isEqualTo(2);
    assertThat(machine.run("pin", "grep-1", "fix", "--reason=x")).isEqualTo(2);
    assertThat(machine.err()).contains("--for");
    assertThat(machine.run("pin", "Grep_1", "fix", "--for", "2h", "--reason=x")).isEqualTo(2);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void refIsRefusedInTheServersWords() {
    assertThat(machine.run("pin", "grep-1", "gone", "--for=2h", "--reason=x")).isEqualTo(2);
    assertThat(machine.err()).isEqualTo("grep-1: no ref \"gone\"; there are main, prod\n");
  }

  @Test
  void unpinOfSomeThatAreNotPinnedIsHalfASuccess() {
    machine.run("pin", "grep-1", "fix", "--for=2h", "--reason=x");
    assertThat(machine.run("unpin", "grep-1", "grep-2")).isEqualTo(1);
    assertThat(machine.out()).contains("unpinned grep-1, back to main");
    assertThat(machine.err()).contains("grep-2 is not pinned");
    assertThat(machine.run("unpin", "grep-2")).isEqualTo(4);
  }

  @Test
  void retryAsksEachNodeOnce() {
    fail("quarantined");
    assertThat(machine.run("retry", "grep-2", "grep-1", "grep-2")).isZero();
    assertThat(server.fleet().retried())
        .containsExactly(new NodeName("grep-2"), new NodeName("grep-1"));
    assertThat(machine.out()).contains("grep-2 tries 3f2a91c again; it was: quarantined");
    assertThat(machine.run("retry")).isEqualTo(2);
  }

  @Test
  void workersAreAskedOneByOneAndOneThatIsNotThereIsToldAndDoesNotStopTheOthers() {
    assertThat(machine.run("worker", "stop", "grep-1", "--reason", "disk")).isZero();
    assertThat(machine.out()).contains("grep-1: grep is being stopped");
    assertThat(machine.run("worker", "restart", "grep-1", "grep-2", "--worker", "grep")).isZero();
    assertThat(machine.run("worker", "restart", "grep-1", "--worker", "grip")).isEqualTo(4);
    assertThat(machine.err()).contains("grep-1 has no worker \"grip\"");
    assertThat(server.fleet().ordered())
        .containsExactly(
            "stop grep of grep-1: disk",
            "restart grep of grep-1: null",
            "restart grep of grep-2: null");
    assertThat(machine.run("worker")).isEqualTo(2);
    assertThat(machine.run("worker", "restart")).isEqualTo(2);
  }

  @Test
  void aGenerationIsKilledOnlyWithAReason() {
    assertThat(machine.run("worker", "kill", "grep-1", "7")).isEqualTo(2);
    assertThat(machine.run("worker", "kill", "grep-1", "7", "--reason", "hangs")).isZero();
    assertThat(machine.out()).contains("generation 7 of grep-1 is being killed");
    assertThat(server.fleet().ordered()).containsExactly("kill grep-1 7: hangs");
  }

  @Test
  void followChangesTheRef() throws Exception {
    assertThat(machine.run("follow", "grep-1", "prod", "-o", "json")).isZero();
    assertThat(node("grep-1").ref()).isEqualTo("prod");
    JsonNode nodes = PullcordJson.wire().readTree(machine.out()).get("nodes");
    assertThat(nodes.get(0).get("ref").asText()).isEqualTo("prod");
    assertThat(machine.run("follow", "prod")).isEqualTo(2);
  }

  @Test
  void labelSetsSomeRemovesOthersAndLeavesTheRest() throws Exception {
    assertThat(machine.run("label", "grep-1", "beat-1", "dc=sea", "gpu=")).isZero();
    assertThat(machine.out()).contains("grep-1  labels: ").contains("dc=sea").contains("beat-1");
    assertThat(node("grep-1").labels()).containsEntry("dc", "sea").containsEntry("gpu", "");

    assertThat(machine.run("label", "grep-1", "dc-", "rack=7", "-o", "json")).isZero();
    assertThat(node("grep-1").labels()).doesNotContainKey("dc").containsEntry("rack", "7");
    JsonNode nodes = PullcordJson.wire().readTree(machine.out()).get("nodes");
    assertThat(nodes.get(0).get("labels").get("rack").asText()).isEqualTo("7");

    assertThat(machine.run("label", "grep-1")).isEqualTo(2);
    assertThat(machine.err()).contains("which labels? KEY=VALUE sets one, KEY- removes it");
    assertThat(machine.run("label", "a=b")).isEqualTo(2);
    assertThat(machine.run("label", "grep-1", "a=b", "a=c")).isEqualTo(2);
    assertThat(machine.run("label", "nobody", "a=b")).isEqualTo(4);
  }

  @Test
  void removeAsksFirst() {
    machine.terminal().willAnswer("no");
    assertThat(machine.run("node", "remove", "grep-1")).isEqualTo(1);
    assertThat(server.fleet().node(new NodeName("grep-1"))).isNotNull();
    machine.terminal().willAnswer("yes");
    assertThat(machine.run("node", "remove", "grep-1")).isZero();
    assertThat(server.fleet().node(new NodeName("grep-1"))).isNull();
    assertThat(machine.terminal().questions().getFirst()).contains("remove grep-1 (converged)?");
  }

  @Test
  void removeNeedsYesWhereNobodyCanBeAsked() {
    assertThat(machine.run("node", "remove", "grep-1")).isEqualTo(2);
    assertThat(machine.err()).contains("--yes");
    assertThat(machine.run("node", "remove", "--yes", "grep-1")).isZero();
  }

  @Test
  void inviteShowsTheTokenAndWhatToRun() throws Exception {
    assertThat(
            machine.run(
                "invite",
                "--name-pattern",
                "grep-*",
                "--label",
                "role=grep",
                "--label",
                "dc=sea",
                "--uses",
                "3",
                "--ttl",
                "2h"))
        .isZero();
    assertThat(machine.out())
        .contains("for 3 nodes", "\n" + FakeServer.JOIN_TOKEN + "\n", "pullcord-agent join");
    assertThat(server.invited().toString())
        .contains("namePattern=grep-*, labels={role=grep, dc=sea}", "uses=3, ttl=2h");
    assertThat(machine.run("invite", "-o", "json")).isZero();
    assertThat(PullcordJson.wire().readTree(machine.out()).fieldNames())
        .toIterable()
        .containsExactly("token", "expiresAt", "command", "line");
    assertThat(machine.run("invite", "--uses", "0")).isEqualTo(2);
  }

  @Test
  void invitationsAreListedAndRevokedById() throws Exception {
    assertThat(machine.run("invitations")).isZero();
    assertThat(machine.out()).contains("pullcord invite makes one");
    assertThat(machine.run("invite", "--label", "role=grep", "--uses", "3")).isZero();
    assertThat(machine.run("invitations")).isZero();
    assertThat(machine.out())
        .contains("0000000000000001", "any", "role=grep", "main", "3 of 3", "in 1h", "ann")
        .doesNotContain("pcj1_");
    assertThat(machine.run("invitations", "-o", "json")).isZero();
    assertThat(PullcordJson.wire().readTree(machine.out()).at("/invitations/0/state").asText())
        .isEqualTo("open");
    assertThat(machine.run("invitations", "revoke", "0000000000000001")).isEqualTo(2);
    assertThat(machine.err()).contains("--yes");
    assertThat(machine.run("invitations", "revoke", "0000000000000001", "--yes")).isZero();
    assertThat(machine.run("invitations", "revoke", "0000000000000001", "--yes")).isEqualTo(4);
    assertThat(machine.err()).contains("there is no invitation");
  }

  @Test
  void tokensAreMadeListedAndRevoked() {
    assertThat(machine.run("tokens", "create", "bob", "--role", "viewer")).isZero();
    assertThat(machine.out())
        .contains("for bob (viewer), does not expire", "\npct_made\n", "pullcord login http://");
    assertThat(machine.run("tokens")).isZero();
    assertThat(machine.out()).contains("NAME").contains("bob").doesNotContain("pct_");
    assertThat(machine.run("tokens", "revoke", "bob", "--yes")).isZero();
    assertThat(machine.run("tokens", "revoke", "bob", "--yes")).isEqualTo(4);
    assertThat(machine.err()).contains("there is no token");
    assertThat(machine.run("tokens", "create", "bob", "--role", "viewer", "--ttl", "x"))
        .isEqualTo(2);
  }

  @Test
  void deploymentsAreListedNewestFirst() {
    server.fleet().deploy(13, FakeFleet.BEFORE, null);
    server.fleet().deploy(14, FakeFleet.HEAD, null);
    assertThat(machine.run("deployments")).isZero();
    assertThat(machine.out().lines().skip(1).map(l -> l.substring(0, 2)))
        .containsExactly("14", "13", "12");
    assertThat(machine.run("deployments", "-n", "1")).isZero();
    assertThat(machine.out().lines()).hasSize(2);
  }

  @Test
  void deploymentShowsEachNodeWithItsStepsAndTheirOutput() {
    server.fleet().did("grep-1", step(StepRecord.Outcome.OK, "200 patterns are fine", 0));
    assertThat(machine.run("deployment", "12")).isZero();
    assertThat(machine.out())
        .contains("deployment 12  … running 3/3")
        .contains("✓ grep-1  converged")
        .contains("✓ check bin/check-patterns  0.12s\n      200 patterns are fine");
    server
        .fleet()
        .did(
            "grep-1",
            new StepRecord(
                2,
                0,
                FakeFleet.HEAD,
                StepRecord.Kind.DRAIN,
                "grep generation 7, killed",
                StepRecord.Outcome.ABANDONED,
                FakeFleet.NOW,
                120,
                null,
                "killed by ann: stuck"));
    assertThat(machine.run("deployment", "12")).isZero();
    assertThat(machine.out())
        .contains(
            "‖ drain grep generation 7, killed  0.12s  cut short, not drained\n"
                + "      killed by ann: stuck");
    assertThat(machine.run("deployment", "99")).isEqualTo(4);
    assertThat(machine.run("deployment", "twelve")).isEqualTo(2);
    assertThat(machine.run("deployment", "12", "--node", "beat-9")).isEqualTo(4);
  }

  @Test
  void equalFailuresOfADeploymentAreToldOnce() {
    for (String name : List.of("grep-1", "grep-2")) {
      server.fleet().set(name, NodeState.FAILED, "check bin/check-patterns exited 1");
      server.fleet().did(name, step(StepRecord.Outcome.RELEASE_FAULT, "bad pattern: (", 1));
    }
    assertThat(machine.run("deployment", "12")).isZero();
    assertThat(machine.out())
        .contains("grep-1  failed: check bin/check-patterns exited 1")
        .contains("grep-2  failed, as grep-1")
        .containsOnlyOnce("bad pattern: (");
    assertThat(machine.run("deployment", "12", "--steps")).isZero();
    assertThat(machine.out()).doesNotContain(", as grep-1");
  }
}
