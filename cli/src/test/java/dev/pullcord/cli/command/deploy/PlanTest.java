package dev.pullcord.cli.command.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.api.PlanView.Action;
import dev.pullcord.protocol.api.PlanView.Effect;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class PlanTest {
  @TempDir Path home;
  private FakeServer server;
  private Machine machine;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
    machine = Machine.signedIn(home, server);
    answers(List.of(), List.of(released(), runsIt()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void answers(List<String> problems, List<PlanView.Group> groups) {
    PlanView plan =
        new PlanView(
            FakeFleet.HEAD,
            "try",
            false,
            "Look for \033[2J more",
            "Ann",
            problems,
            List.of(),
            List.of("bin/check search/"),
            groups,
            List.of(new PlanView.Apart(new NodeName("d"), "pinned to v1 by ann")),
            List.of("grep"),
            List.of("bundle search: serach/ matches no file of this commit"),
            List.of(new PlanView.Apart(new NodeName("c"), "held: frozen until 18:00 by ann: x")));
    server.odd("/api/v1/plan", 200, "application/json", PullcordJson.write(plan));
  }

  private static PlanView.Group released() {
    return new PlanView.Group(
        Effect.RELEASED,
        List.of("task-code"),
        Map.of("grep", Action.HAND_OVER),
        List.of(
            new PlanView.Member(new NodeName("a"), FakeFleet.BEFORE, NodeState.CONVERGED, ""),
            new PlanView.Member(
                new NodeName("b"), FakeFleet.BEFORE, NodeState.OFFLINE, "no contact")),
        List.of());
  }

  private static PlanView.Group runsIt() {
    return new PlanView.Group(
        Effect.RUNS_IT,
        List.of(),
        Map.of(),
        List.of(new PlanView.Member(new NodeName("c"), FakeFleet.HEAD, NodeState.CONVERGED, "")),
        List.of());
  }

  @Test
  void nodesAreGroupedByWhatWouldHappen() {
    assertThat(machine.run("plan", "try")).isZero();

    assertThat(machine.out().lines())
        .containsExactly(
            "try 3f2a91c \"Look for \\u001b[2J more\" by Ann",
            "no node follows try: as if every node that is not pinned were given it",
            "",
            "2 nodes: hand over grep",
            "    changes task-code",
            "    a, b",
            "    ? offline  b, so once it is back: no contact",
            "1 node: nothing, they run it",
            "    c",
            "1 node: not reached",
            "    pinned to v1 by ann: d",
            "1 node: not now",
            "    held: frozen until 18:00 by ann: x: c",
            "warning: bundle search: serach/ matches no file of this commit",
            "",
            "before it touches anything, a node runs: bin/check search/",
            "as far as the server knows: the env-file of grep only the node can compare; there:"
                + " pullcord-agent plan",
            "nothing was changed");
    assertThat(server.requests().getLast()).isEqualTo("GET /api/v1/plan?commit=try");
  }

  @Test
  void jsonIsTheServersAnswer() throws IOException {
    assertThat(machine.run("plan", "try", "-o", "json")).isZero();
    assertThat(PullcordJson.wire().readTree(machine.out()).path("groups")).hasSize(2);
  }

  @Test
  void aNodeWithNoopIsSaidToHoldBack() {
    PlanView.Group held =
        new PlanView.Group(
            Effect.HELD_BACK,
            List.of("task-code"),
            Map.of("grep", Action.RESTART, "beat", Action.STOP),
            List.of(new PlanView.Member(new NodeName("a"), null, NodeState.HELD, "noop: would")),
            List.of());
    answers(List.of(), List.of(held));

    assertThat(machine.run("plan", "try")).isZero();
    assertThat(machine.out())
        .contains("1 node: nothing, noop is set there; else: restart grep; drain and stop beat\n");
  }

  @Test
  void aBadManifestIsShownAndEndsWithOne() {
    answers(List.of("VALUE  pullcord.yaml:2:10  7 is not a map"), List.of());

    assertThat(machine.run("plan", "try")).isEqualTo(1);
    assertThat(machine.out())
        .contains("no node could run it", "VALUE  pullcord.yaml:2:10  7 is not a map");
  }

  @Test
  void anUnknownCommitAndAnEmptySelectionAreWrongInput() {
    server.odd(
        "/api/v1/plan",
        422,
        "application/problem+json",
        """
        {"type": "about:blank", "title": "no", "status": 422, "code": "REF_MISSING",
         "detail": "no such thing; branches: main"}
        """);
    assertThat(machine.run("plan", "gone")).isEqualTo(2);
    assertThat(machine.err()).contains("branches: main");
    assertThat(machine.run("plan", "try", "-l", "role=nobody")).isEqualTo(2);
  }
}
