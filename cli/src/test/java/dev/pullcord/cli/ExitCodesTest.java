package dev.pullcord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.AlertsView;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every verb that asks the server ends as the table of exit codes in the reference says. */
@SuppressWarnings("NullAway.Init")
class ExitCodesTest {
  /**
   * Those that do not ask the server for anything, or ask it about the login itself; and those of
   * actions, whose codes {@code RunTest} has.
   */
  private static final Set<String> OTHERS =
      Set.of(
          "login", "logout", "contexts", "clone", "init", "completion", "run", "runs", "actions");

  @TempDir Path home;
  private FakeServer server;
  private Machine machine;

  /**
   * A way to call a verb.
   *
   * @param done a command line that works
   * @param code of it, where one of three nodes is not as asked
   * @param wrong the same with a value that cannot be
   * @param missing the same of something that the server does not have; empty where there is
   *     nothing to be missing
   * @param refused the code of that
   */
  record CommandCase(String done, int code, String wrong, String missing, int refused) {
    @Override
    public String toString() {
      return done;
    }

    String verb() {
      return done.split(" ", 2)[0];
    }
  }

  private static CommandCase of(String done, int code, String wrong, String missing, int refused) {
    return new CommandCase(done, code, wrong, missing, refused);
  }

  static Stream<CommandCase> rows() {
    return Stream.of(
        of("status", 1, "status -l role=none", "", 0),
        of("nodes", 0, "nodes --state happy", "nodes -l role=none", 2),
        of("node grep-1", 0, "node UPPER!", "node gone", 4),
        of("node remove grep-2 --yes", 0, "node remove", "node remove gone --yes", 4),
        of("why grep-2", 0, "why", "why gone", 4),
        of("history grep-1", 0, "history grep-1 --at noon", "history gone", 4),
        of("ps grep-1", 0, "ps -l zone=9", "ps gone", 4),
        of("logs grep-1", 0, "logs grep-1 -n 0", "logs gone", 4),
        of("plan main", 0, "plan", "plan gone", 2),
        of("wait", 1, "wait --timeout soon", "wait abcdef0 --timeout 10ms", 4),
        of("wait main", 1, "wait main -l", "wait mian", 2),
        of("wait -l role=beat", 0, "wait a b", "wait -l role=none", 2),
        of("deployments", 0, "deployments -n 0", "deployments --ref mian", 2),
        of("deployment 12", 0, "deployment twelve", "deployment 99", 4),
        of("rollout main", 0, "rollout a b", "rollout gone", 4),
        of("pause main --reason x", 0, "pause main", "pause gone --reason x", 4),
        of("resume main", 0, "resume", "resume gone", 4),
        of("promote main", 0, "promote", "promote gone", 4),
        of(
            "promote main --commit 3f2a91c",
            0,
            "promote main --commit x",
            "promote main --commit abc1234",
            4),
        of("pins", 0, "pins more", "", 0),
        of("pin grep-1 v1 --for 1h --reason x", 0, "pin grep-1 v1 --for 1s --reason x", "", 0),
        of(
            "pin grep-2 v1 --for 1h --reason x",
            0,
            "pin grep-1 v1 --for 1h",
            "pin gone v1 --for 1h --reason x",
            4),
        of(
            "pin -l role=grep v1 --for 1h --reason x",
            0,
            "pin --for 1h --reason x",
            "pin grep-1 gone --for 1h --reason x",
            2),
        of("unpin pinned-1", 0, "unpin", "unpin grep-1", 4),
        of("freezes", 0, "freezes more", "", 0),
        of("gates", 0, "gates more", "", 0),
        of("servers", 0, "servers more", "", 0),
        of("freeze main --for 1h --reason x", 0, "freeze --for 1h", "", 0),
        of("unfreeze", 0, "unfreeze a b", "unfreeze gone", 4),
        of("rollback main --reason x", 0, "rollback main", "rollback gone --reason x", 4),
        of(
            "suspend grep-1 --for 1h --reason x",
            0,
            "suspend grep-1 --for 1h",
            "suspend gone --for 1h --reason x",
            4),
        of("resume-node pinned-1", 0, "resume-node", "resume-node grep-1", 4),
        of("retry grep-1", 0, "retry", "retry gone", 4),
        of("follow grep-1 main", 0, "follow grep-1", "follow gone main", 4),
        of("follow -l role=grep main", 0, "follow", "follow -l role=none main", 2),
        of("label grep-1 a=b", 0, "label grep-1", "label gone a=b", 4),
        of("worker restart grep-1", 0, "worker", "worker restart gone", 4),
        of("worker stop grep-1", 0, "worker stop", "worker stop -l role=none", 2),
        of(
            "worker start grep-1 --worker grep",
            0,
            "worker start",
            "worker start grep-1 --worker no",
            4),
        of(
            "worker kill grep-1 7 --reason x",
            0,
            "worker kill grep-1 7",
            "worker kill gone 7 --reason x",
            4),
        of("upstream", 0, "upstream more", "", 0),
        of("fetch", 0, "fetch more", "", 0),
        of("accept-rewind main --reason x", 0, "accept-rewind main", "", 0),
        of("alerts", 0, "alerts retry seven", "alerts test gone", 4),
        of("invite", 0, "invite --uses 0", "", 0),
        of("invitations", 0, "invitations more", "invitations revoke gone --yes", 4),
        of("tokens", 0, "tokens create", "tokens revoke gone --yes", 4),
        of("audit", 0, "audit -n 0", "", 0));
  }

  @BeforeEach
  void oneOfFourNodesIsNotAsAsked() throws IOException {
    server = new FakeServer();
    machine = Machine.signedIn(home, server);
    server.fleet().set("grep-1", NodeState.CONVERGED, "");
    server.fleet().set("grep-2", NodeState.ROLLED_BACK, "check exited 1");
    server.fleet().set("beat-1", NodeState.CONVERGED, "");
    server.fleet().set("pinned-1", NodeState.CONVERGED, "");
    server.fleet().pinned("pinned-1", new PinStatus("v1", "ann", "trying", FakeFleet.NOW));
    server
        .fleet()
        .suspend(
            new NodeName("pinned-1"),
            new SuspensionView("ann", "new disk", FakeFleet.NOW, FakeFleet.NOW));
    assertThat(machine.run("freeze", "--for", "1h", "--reason", "x")).isZero();
    server.fleet().deploy(12, FakeFleet.HEAD, null);
    server.odd("/api/v1/nodes/grep-1/logs", 200, "text/plain", "one\n");
    server.odd("/api/v1/plan", 200, "application/json", plan());
    server.odd("/api/v1/upstream", 200, "application/json", upstream());
    AlertsView told = new AlertsView(List.of(), List.of());
    server.odd("/api/v1/alerts", 200, "application/json", PullcordJson.write(told));
    server.odd("/api/v1/upstream/fetch", 200, "application/json", upstream());
    server.odd("/api/v1/upstream/accept-rewind", 200, "application/json", upstream());
  }

  private static String plan() {
    PlanView.Group runsIt =
        new PlanView.Group(
            PlanView.Effect.RUNS_IT,
            List.of(),
            Map.of(),
            List.of(
                new PlanView.Member(
                    new NodeName("grep-1"), FakeFleet.HEAD, NodeState.CONVERGED, "")),
            List.of());
    return PullcordJson.write(
        new PlanView(
            FakeFleet.HEAD,
            "main",
            true,
            "Look for more",
            "Ann",
            List.of(),
            List.of(),
            List.of(),
            List.of(runsIt),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
  }

  private static String upstream() {
    return PullcordJson.write(
        new UpstreamView("https://git.example/f.git", "ok", "", null, null, "main", List.of()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void ends(String line, int code) {
    int was = machine.run(line.split(" "));
    assertThat(was).as(line + ": " + machine.out() + machine.err()).isEqualTo(code);
    if (code != 0 && code != 1 && code != 3) {
      assertThat(machine.err()).as(line).isNotBlank().hasLineCount(1);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatIsDoneEndsWithWhetherItIsAsAsked(CommandCase row) {
    ends(row.done(), row.code());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void wrongUsageEndsWithTwo(CommandCase row) {
    ends(row.wrong(), 2);
    ends(row.done() + " --nonsense", 2);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatTheServerDoesNotHaveEndsWithFourAndAnEmptySelectionWithTwo(CommandCase row) {
    if (row.missing().startsWith("plan") || row.missing().contains("mian")) {
      refuse("/api/v1/plan", 422, "REF_MISSING");
      refuse("/api/v1/deployments", 422, "REF_MISSING");
    }
    if (!row.missing().isEmpty()) {
      ends(row.missing(), row.refused());
    }
  }

  private void refuse(String path, int status, String code) {
    server.odd(
        path,
        status,
        "application/problem+json",
        "{\"type\":\"urn:x\",\"title\":\"no\",\"status\":"
            + status
            + ",\"code\":\""
            + code
            + "\",\"detail\":\"no such thing\"}");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whoIsNotSignedInGetsFour(CommandCase row) {
    Machine stranger = new Machine(home);
    stranger.set("PULLCORD_URL", server.url());
    stranger.set("PULLCORD_TOKEN", "pct_wrong");
    server.normal("/api/v1/plan");
    server.normal("/api/v1/upstream");
    server.normal("/api/v1/alerts");
    server.normal("/api/v1/upstream/fetch");
    server.normal("/api/v1/upstream/accept-rewind");
    server.normal("/api/v1/nodes/grep-1/logs");
    assertThat(stranger.run(row.done().split(" "))).as(stranger.err()).isEqualTo(4);
    assertThat(stranger.err()).contains("pullcord login");
    assertThat(new Machine(home).run(row.done().split(" "))).as("no login").isEqualTo(4);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aServerThatIsAwayEndsWithFive(CommandCase row) {
    server.close();
    ends(row.done(), 5);
  }

  @Test
  void aServerThatHasAFaultEndsWithFiveAndOneWithAFullDiskWithOne() {
    refuse("/api/v1/fleet", 500, "INTERNAL");
    ends("status", 5);
    refuse("/api/v1/nodes/grep-1/retry", 507, "DISK_FULL");
    assertThat(machine.run("retry", "grep-1")).isEqualTo(1);
  }

  @Test
  void outOfTimeEndsWithThree() {
    server.fleet().set("grep-2", NodeState.APPLYING, "staging");
    ends("wait --timeout 10ms", 3);
  }

  @Test
  void everyVerbIsInTheTable() {
    Set<String> here = rows().map(CommandCase::verb).collect(Collectors.toSet());
    here.addAll(OTHERS);
    assertThat(here).containsExactlyInAnyOrderElementsOf(DocumentationTest.verbs());
  }
}
