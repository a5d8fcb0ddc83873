package dev.pullcord.server.fleet;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Said;
import dev.pullcord.server.store.NodeContact;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.StoredNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NodeStatesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant JOINED = NOW.minusSeconds(3600);
  private static final DesiredState DECISION = decision(1, null);

  private static DesiredState decision(@Nullable Integer n, @Nullable Pin pin) {
    return new DesiredState(
        9,
        new NodeName("a"),
        "fleet",
        pin == null ? "main" : pin.ref(),
        n == null ? null : commit(n),
        1L,
        pin,
        0,
        NOW,
        Map.of(),
        Orders.NONE);
  }

  private static DesiredState labelled(String role) {
    return new DesiredState(
        9,
        new NodeName("a"),
        "fleet",
        "main",
        commit(1),
        1L,
        null,
        0,
        NOW,
        Map.of("role", role),
        Orders.NONE);
  }

  private static Pin pin() {
    return new Pin(
        "feature", "ada", "trying", NOW.plusSeconds(60), new Pin.After("main", commit(2), 2L));
  }

  private static NodeStates.Facts facts(
      DesiredState decision, @Nullable NodeReport report, @Nullable Instant seen, Instant from) {
    return new NodeStates.Facts(node(decision, 0), latest(report), seen, from);
  }

  private static StoredNode node(DesiredState decision, long retryRevision) {
    return new StoredNode(
        1,
        new NodeName("a"),
        new NodeKeyId("0".repeat(64)),
        new StoredNode.Joined("token", JOINED),
        new StoredNode.Settings(Map.of(), "main", 0, retryRevision, Orders.NONE),
        decision,
        new StoredNode.Agent(1, "1.0", NOW, NodeContact.NONE),
        null);
  }

  private static ReportTable.@Nullable Latest latest(@Nullable NodeReport r) {
    return r == null ? null : new ReportTable.Latest(1, r.number(), NOW, r.revision(), r.status());
  }

  private static Said said() {
    return Said.on(DECISION);
  }

  private static Arguments row(
      String what, DesiredState decision, @Nullable Said said, NodeState state, String reason) {
    NodeReport report = said == null ? null : said.next();
    return Arguments.of(what, facts(decision, report, NOW, Instant.EPOCH), state, reason);
  }

  static Stream<Arguments> table() {
    return Stream.of(
        row("says nothing yet", DECISION, null, NodeState.WAITING, "has not reported yet"),
        row("nothing pushed", decision(null, null), null, NodeState.WAITING, "nothing was pushed"),
        row("converged", DECISION, said(), NodeState.CONVERGED, "runs 0000001"),
        row(
            "converged on what it was to run before",
            decision(2, null),
            said(),
            NodeState.WAITING,
            "published 0000002; the agent has not yet begun"),
        row(
            "failed on what it was to run before",
            decision(2, null),
            said().state(NodeState.FAILED, "check failed"),
            NodeState.WAITING,
            "not yet begun"),
        row(
            "failed",
            DECISION,
            said().state(NodeState.FAILED, "worker grep exited 1, again in 8 s\nmore"),
            NodeState.FAILED,
            "worker grep exited 1, again in 8 s"),
        row(
            "rolled back",
            DECISION,
            said().state(NodeState.ROLLED_BACK, "health"),
            NodeState.ROLLED_BACK,
            "health"),
        row(
            "applying",
            DECISION,
            said().state(NodeState.APPLYING, "staging"),
            NodeState.APPLYING,
            "staging"),
        row("held", DECISION, said().state(NodeState.HELD, "noop"), NodeState.HELD, "noop"),
        row(
            "waiting",
            DECISION,
            said().state(NodeState.WAITING, "for the gate"),
            NodeState.WAITING,
            "for the gate"),
        row(
            "a state that is not the agent's to say",
            DECISION,
            said().state(NodeState.OFFLINE, ""),
            NodeState.WAITING,
            "published 0000001"));
  }

  private static DesiredState ordered() {
    return new DesiredState(
        9,
        new NodeName("a"),
        "fleet",
        "main",
        commit(1),
        1L,
        null,
        0,
        NOW,
        Map.of(),
        new Orders(2, Map.of(), Map.of("grep", 2L), Map.of()));
  }

  static Stream<Arguments> doubts() {
    return Stream.of(
        row(
            "converged before it was asked something of its workers",
            ordered(),
            said(),
            NodeState.WAITING,
            "asked something of its workers; the agent has not yet begun"),
        row(
            "converged with another commit active",
            DECISION,
            said().applied(commit(3)),
            NodeState.WAITING,
            "not that 0000001 is active"),
        row(
            "converged by the labels that it had before",
            labelled("gpu"),
            said(),
            NodeState.WAITING,
            "the agent has not yet taken up its labels: role=gpu"),
        row(
            "converged with nothing active",
            DECISION,
            said().applied(null),
            NodeState.WAITING,
            "not that 0000001 is active"),
        row(
            "converged with a worker that drains",
            DECISION,
            said()
                .workers(
                    Map.of(
                        "grep", Said.worker(commit(1), GenerationPhase.DRAINING, "ab".repeat(32)))),
            NodeState.FAILED,
            "worker grep"),
        row(
            "converged with a worker of no identity",
            DECISION,
            said().workers(Map.of("grep", Said.worker(commit(1), GenerationPhase.CONSUMING, null))),
            NodeState.FAILED,
            "worker grep"),
        row(
            "converged without workers",
            DECISION,
            said().workers(Map.of()),
            NodeState.CONVERGED,
            "runs"),
        row(
            "converged without the pin",
            decision(1, pin()),
            said(),
            NodeState.WAITING,
            "not yet taken up feature"),
        row(
            "converged with the pin",
            decision(1, pin()),
            Said.on(decision(1, pin())),
            NodeState.CONVERGED,
            "runs"),
        row(
            "converged with a pin that has ended",
            DECISION,
            Said.on(decision(1, pin())),
            NodeState.WAITING,
            "not yet taken up main"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"table", "doubts"})
  void followsFromTheNodesWordRelativeToItsTarget(
      String what, NodeStates.Facts facts, NodeState state, String reason) {
    NodeStates.Verdict verdict = NodeStates.of(facts, NOW);
    assertThat(verdict.state()).as(what).isEqualTo(state);
    assertThat(verdict.reason()).contains(reason).doesNotContain("\n");
  }

  @Test
  void nodeThatWasNeverHeardOfIsNeverSeenHoweverLongAgo() {
    assertThat(NodeStates.of(facts(DECISION, null, null, Instant.EPOCH), NOW).state())
        .isEqualTo(NodeState.NEVER_SEEN);
  }

  @Test
  void silenceOfFortyFiveSecondsOutweighsWhateverWasSaid() {
    NodeReport failed = said().state(NodeState.FAILED, "x").next();
    Instant almost = NOW.minus(Duration.ofMillis(44_999));
    assertThat(NodeStates.of(facts(DECISION, failed, almost, Instant.EPOCH), NOW).state())
        .isEqualTo(NodeState.FAILED);
    Instant long45 = NOW.minus(Duration.ofSeconds(45));
    assertThat(NodeStates.of(facts(DECISION, failed, long45, Instant.EPOCH), NOW).state())
        .isEqualTo(NodeState.OFFLINE);
  }

  @Test
  void silenceCountsFromTheStartOfTheServer() {
    Instant yesterday = NOW.minus(Duration.ofDays(1));
    NodeReport report = said().next();
    assertThat(NodeStates.of(facts(DECISION, report, yesterday, NOW.minusSeconds(44)), NOW).state())
        .isEqualTo(NodeState.CONVERGED);
    assertThat(NodeStates.of(facts(DECISION, report, yesterday, NOW.minusSeconds(45)), NOW).state())
        .isEqualTo(NodeState.OFFLINE);
  }

  @Test
  void whatWentWrongBeforeARetryIsOver() {
    for (NodeState state : new NodeState[] {NodeState.FAILED, NodeState.ROLLED_BACK}) {
      ReportTable.Latest before = latest(said().state(state, "x").next());
      assertThat(
              NodeStates.of(new NodeStates.Facts(node(DECISION, 10), before, NOW, NOW), NOW)
                  .state())
          .isEqualTo(NodeState.WAITING);
      assertThat(
              NodeStates.of(new NodeStates.Facts(node(DECISION, 9), before, NOW, NOW), NOW).state())
          .isEqualTo(state);
    }
  }
}
