package dev.pullcord.server.gate;

import static dev.pullcord.server.FakeCommits.commit;
import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.FullAtTimes;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.GateTable.Gate;
import dev.pullcord.server.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gate from its opening to its end, over a real store that a kill leaves behind. */
class KeptGatesTest {
  @TempDir Path directory;
  private TestFleet fleet;
  private final List<Long> woken = new ArrayList<>();

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.commits.push("try", 9);
    fleet.deployments.reconcile();
    fleet.join("a", "b");
    fleet.start("a", "b");
    fleet.converge("a", "b");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private KeptGates gates() {
    return new KeptGates(fleet.store, fleet.decisions, fleet.model, woken::addAll, fleet.clock);
  }

  private static Gates.Asked asked(int candidate) {
    return new Gates.Asked("main", commit(1), commit(candidate), RolloutSpec.ALL_AT_ONCE);
  }

  private static GateView.Canary only(KeptGates gates, Gate gate) {
    GateView view = gates.look(gate).orElseThrow();
    assertThat(view.canaries()).hasSize(1);
    return view.canaries().getFirst();
  }

  private List<String> said() {
    return fleet.audit().reversed().stream()
        .filter(act -> act.what().startsWith("gate."))
        .map(act -> act.what() + " by " + act.who())
        .toList();
  }

  @Test
  void onlyTheCanaryIsToldOfTheCandidate() {
    Gate gate = gates().open(asked(7), ADA);

    assertThat(gate.canaries()).hasToString("[a]");
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(1));
    assertThat(woken).containsExactly(fleet.record("a").id());
    assertThat(said()).containsExactly("gate.open by ada");
  }

  @Test
  void aCanaryThatRunsItWellPassesTheGate() {
    KeptGates gates = gates();
    Gate gate = gates.open(asked(7), ADA);
    assertThat(only(gates, gate).standing()).isEqualTo(GateView.Standing.UNDER_WAY);
    assertThat(gates.look(gate).orElseThrow().passed()).isFalse();

    fleet.converge("a");

    assertThat(only(gates, gate).standing()).isEqualTo(GateView.Standing.WELL);
    assertThat(gates.look(gate).orElseThrow().passed()).isTrue();
  }

  @Test
  void aCanaryThatWentBackFailsTheGateWithItsReason() {
    KeptGates gates = gates();
    Gate gate = gates.open(asked(7), ADA);

    fleet.report(
        "a",
        Said.by(fleet, "a")
            .state(NodeState.ROLLED_BACK, "check bin/check exited 3")
            .applied(commit(1))
            .next());

    GateView.Canary canary = only(gates, gate);
    assertThat(canary.standing()).isEqualTo(GateView.Standing.FAILED);
    assertThat(canary.text()).contains("check bin/check exited 3");
    assertThat(gates.look(gate).orElseThrow().failed()).containsExactly(canary);
  }

  /** It is nobody's candidate any more, so nobody waits for it. */
  @Test
  void aCanaryThatIsPinnedMeanwhileIsNoneAnyMore() {
    KeptGates gates = gates();
    Gate gate = gates.open(asked(7), ADA);
    fleet.pin("a", "try", "1h");

    GateView view = gates.look(gate).orElseThrow();
    assertThat(view.canaries()).isEmpty();
    assertThat(view.passed()).isFalse();
  }

  @Test
  void aGateThatFailedPutsItsCanaryBack() {
    KeptGates gates = gates();
    Gate gate = gates.open(asked(7), ADA);
    fleet.converge("a");
    gates.close(gate, ADA, "refused");

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(gates.areBack(gate)).isFalse();
    fleet.converge("a");
    assertThat(gates.areBack(gate)).isTrue();
    assertThat(gates.look(gate)).isEmpty();
    assertThat(said()).containsExactly("gate.open by ada", "gate.end by ada");
  }

  /** Somebody who waits for canaries does not wait for one whose agent is away. */
  @Test
  void aCanaryThatCannotBeReachedIsNotWaitedFor() {
    KeptGates gates = gates();
    Gate gate = gates.open(asked(7), ADA);
    fleet.converge("a");
    gates.close(gate, ADA, "refused");
    fleet.advance(Duration.ofMinutes(2));

    assertThat(gates.areBack(gate)).isTrue();
  }

  @Test
  void aBranchHasOneGateAtATime() {
    KeptGates gates = gates();
    gates.open(asked(7), ADA);

    assertThatThrownBy(() -> gates.open(asked(8), ADA))
        .isInstanceOfSatisfying(Refusal.class, no -> assertThat(no.code()).isEqualTo("GATE_OPEN"))
        .hasMessageContaining("a gate of ada is open since")
        .hasMessageContaining("push without -o gate");
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));
  }

  @Test
  void withoutANodeThatCanTryItAGateIsRefusedAndLeavesNothing() {
    KeptGates gates = gates();
    fleet.pin("a", "try", "1h");
    fleet.pin("b", "try", "1h");

    assertThatThrownBy(() -> gates.open(asked(7), ADA))
        .isInstanceOfSatisfying(
            Refusal.class, no -> assertThat(no.code()).isEqualTo("GATE_NO_CANARY"))
        .hasMessageContaining("a node is needed that follows main");
    assertThat(said()).isEmpty();

    fleet.operations.pins().unpin(ADA, fleet.record("a").name());
    assertThat(gates.open(asked(7), ADA).canaries()).hasToString("[a]");
  }

  @Test
  void theGateOfAKilledServerIsEndedAndItsCanaryPutBack() {
    gates().open(asked(7), ADA);
    fleet = fleet.restarted();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));

    gates().endLeft(fleet.deployments::isCompared);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    AuditTable.Act end = fleet.audited("gate.end").orElseThrow();
    assertThat(end.who()).isEqualTo("server");
    assertThat(Objects.requireNonNull(end.after())).contains("its push is gone");
  }

  @Test
  void aGateThatAPushWatchesIsNotEndedForBeingLeft() {
    KeptGates gates = gates();
    Gate gate = gates.open(asked(7), ADA);
    gates.endLeft(fleet.deployments::isCompared);

    assertThat(gates.look(gate)).isPresent();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));
  }

  @Test
  void whatPassedStaysWhereTheBranchMoved() {
    KeptGates gates = gates();
    Gate gate = gates.open(asked(7), ADA);
    fleet.converge("a");
    fleet.commits.push("main", 7);
    fleet.deployments.reconcile();
    gates.close(gate, ADA, "passed");

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(7));
  }

  @Test
  void theCanaryOfTheGateIsTheCanaryOfTheRolloutThatFollows() {
    KeptGates gates = gates();
    RolloutSpec one =
        new RolloutSpec(
            new RolloutSpec.Strategy.Canary(
                new RolloutSpec.CanaryNodes.First(1), Duration.ofMinutes(10), true),
            new NodeShare(1, false),
            0,
            RolloutSpec.OnHalt.STAY,
            RolloutSpec.DEADLINE);
    Gate gate = gates.open(new Gates.Asked("main", commit(1), commit(7), one), ADA);
    assertThat(gate.canaries()).hasToString("[a]");
    fleet.converge("a");

    fleet.commits.rollout(7, one);
    fleet.commits.push("main", 7);
    fleet.deployments.reconcile();
    gates.close(gate, ADA, "moved");
    fleet.waves.run();

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));
    assertThat(fleet.desired("b").commit()).as("one canary was asked for").isEqualTo(commit(1));
  }

  @Test
  void theCanaryKeepsTheCommitAlsoWhenItsBranchIsRolledOutInWaves() {
    KeptGates gates = gates();
    RolloutSpec waves =
        new RolloutSpec(
            new RolloutSpec.Strategy.Rolling(),
            new NodeShare(1, false),
            0,
            RolloutSpec.OnHalt.STAY,
            RolloutSpec.DEADLINE);
    fleet.join("c");
    fleet.start("c");
    fleet.converge("c");
    fleet
        .operations
        .nodes()
        .label(ADA, new NodeName("c"), new Requests.Labels(Map.of("role", "canary"), null));
    fleet.commits.rollout(7, waves);
    RolloutSpec canaries =
        new RolloutSpec(
            new RolloutSpec.Strategy.Canary(
                new RolloutSpec.CanaryNodes.Matching(Map.of("role", "canary")),
                Duration.ZERO,
                true),
            new NodeShare(1, false),
            0,
            RolloutSpec.OnHalt.STAY,
            RolloutSpec.DEADLINE);
    Gate gate = gates.open(new Gates.Asked("main", commit(1), commit(7), canaries), ADA);
    fleet.converge("c");

    fleet.commits.push("main", 7);
    fleet.deployments.reconcile();
    gates.close(gate, ADA, "moved");

    assertThat(fleet.desired("c").commit()).isEqualTo(commit(7));
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(1));
  }

  @Test
  void theCanaryKeepsWhatTheBranchHasWhileTheComparisonOfBranchesFails() {
    KeptGates gates = gates();
    Gate gate = gates.open(asked(7), ADA);
    fleet.converge("a");
    fleet.commits.push("main", 7);
    fleet.commits.damage(7);
    fleet.deployments.reconcile();
    gates.passed(gate, ADA, "passed");
    gates.endLeft(fleet.deployments::isCompared);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));
    assertThat(said()).containsExactly("gate.open by ada", "gate.end by ada");

    fleet.commits.mend(7);
    fleet.deployments.catchUp();
    gates.endLeft(fleet.deployments::isCompared);

    assertThat(gates.look(gate)).isEmpty();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(7));
    gates.close(
        gates.open(new Gates.Asked("main", commit(7), commit(8), RolloutSpec.ALL_AT_ONCE), ADA),
        ADA,
        "ended");
  }

  /** It is as it was before the gate, so nothing has moved that would close it. */
  @Test
  void aGateThatPassedEndsAlsoWhereItsBranchCameBackBeforeItWasCompared() {
    KeptGates gates = gates();
    Gate gate = gates.open(asked(7), ADA);
    fleet.converge("a");
    fleet.commits.push("main", 7);
    fleet.commits.damage(7);
    fleet.deployments.reconcile();
    gates.passed(gate, ADA, "passed");
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));

    gates.endLeft(fleet.deployments::isCompared);

    assertThat(gates.look(gate)).isEmpty();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(said()).containsExactly("gate.open by ada", "gate.end by ada");
    fleet.commits.mend(7);
    assertThat(gates.open(asked(7), ADA).canaries()).hasToString("[a]");
  }

  @Test
  void anEndThatTheDiskDidNotKeepIsNotSaidToALaterPush() {
    FullAtTimes disk = new FullAtTimes(fleet.store);
    KeptGates gates = new KeptGates(disk, fleet.decisions, fleet.model, woken::addAll, fleet.clock);
    Gate gate = gates.open(asked(7), ADA);
    disk.undoes = true;

    assertThatThrownBy(() -> gates.end("main", ADA)).isInstanceOf(StoreException.class);
    disk.undoes = false;

    assertThat(gates.look(gate)).isPresent();
    assertThat(gates.endedBy(gate)).isEmpty();
    fleet.commits.push("main", 8);
    fleet.deployments.reconcile();
    assertThat(gates.endedBy(gate)).as("another push moved the branch").isEmpty();
  }

  @Test
  void theEndOfAGateThatAnotherPushOpenedMeanwhileEndsNothing() {
    KeptGates gates =
        new KeptGates(fleet.store, fleet.decisions, fleet.model, woken::addAll, fleet.clock);
    Gate gate = gates.open(asked(7), ADA);
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> gates.end("main", ADA, commit(6)));
    assertThat(refusal.code()).isEqualTo("CHANGED");
    assertThat(gates.endedBy(gate)).isEmpty();
    gates.end("main", ADA, commit(7));
    assertThat(gates.endedBy(gate)).contains("ada");
  }
}
