package dev.pullcord.server.desired;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.server.hold.HoldRules;
import dev.pullcord.server.rollout.MemberClock;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.rollout.Rollout;
import dev.pullcord.server.rollout.RolloutPhase;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import dev.pullcord.server.store.GateTable.Gate;
import dev.pullcord.server.store.NodeContact;
import dev.pullcord.server.store.PinTable.StoredPin;
import dev.pullcord.server.store.RefTable.BranchHead;
import dev.pullcord.server.store.StoredNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a node is to run: every combination of branch, deployment and pin. */
class NodeTargetTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<String, BranchHead> heads = new HashMap<>();
  private final Map<String, StoredDeployment> newest = new HashMap<>();

  private void branch(String ref, int head, @Nullable Integer deployed, long deployment) {
    heads.put(ref, new BranchHead(ref, commit(head), null, "s", "a", "p"));
    if (deployed != null) {
      BranchHead of = new BranchHead(ref, commit(deployed), null, "s", "a", "p");
      newest.put(
          ref,
          new StoredDeployment(deployment, of, DeploymentView.State.RUNNING, T, null, null, null));
    }
  }

  private final Orders orders = new Orders(3, Map.of(), Map.of("grep", 3L), Map.of());

  private StoredNode node() {
    return new StoredNode(
        1,
        new NodeName("a"),
        new NodeKeyId("0".repeat(64)),
        new StoredNode.Joined("token", T),
        new StoredNode.Settings(Map.of("role", "grep"), "main", 4, 11, orders),
        null,
        new StoredNode.Agent(1, "1.0", T, NodeContact.NONE),
        null);
  }

  private NodeTarget target(@Nullable StoredPin pin) {
    return NodeTarget.of(node(), pin, new NodeTarget.Branches(heads, newest), Steering.NONE);
  }

  private static StoredPin pin(String ref, boolean branch, int commit) {
    return new StoredPin(1, ref, branch, commit(commit), "ada", "trying it", T, T.plusSeconds(60));
  }

  private static Pin shown(String ref, Pin.After after) {
    return new Pin(ref, "ada", "trying it", T.plusSeconds(60), after);
  }

  @Test
  void followsItsBranch() {
    branch("main", 2, 2, 7);
    assertThat(target(null)).isEqualTo(new NodeTarget("main", commit(2), 7L, null, null));
  }

  @Test
  void runsNothingWhileNothingWasPushed() {
    assertThat(target(null)).isEqualTo(new NodeTarget("main", null, null, null, null));
  }

  @Test
  void aDeploymentOfAnOlderHeadDoesNotBringTheNewOne() {
    branch("main", 3, 2, 7);
    assertThat(target(null)).isEqualTo(new NodeTarget("main", commit(3), null, null, null));
  }

  @Test
  void aPinToABranchMovesWithIt() {
    branch("main", 2, 2, 7);
    branch("try", 9, 9, 8);
    assertThat(target(pin("try", true, 5)))
        .isEqualTo(
            new NodeTarget(
                "try", commit(9), 8L, shown("try", new Pin.After("main", commit(2), 7L)), null));
  }

  @Test
  void aPinToABranchThatIsGoneStaysOnWhatItWas() {
    branch("main", 2, 2, 7);
    NodeTarget target = target(pin("try", true, 5));
    assertThat(target.commit()).isEqualTo(commit(5));
    assertThat(target.deployment()).isNull();
  }

  @Test
  void aPinToACommitStandsAlsoWhereABranchHasItsName() {
    branch("main", 2, 2, 7);
    branch("v1", 9, 9, 8);
    NodeTarget target = target(pin("v1", false, 5));
    assertThat(target.commit()).isEqualTo(commit(5));
    assertThat(target.deployment()).isNull();
    assertThat(target.pin()).isEqualTo(shown("v1", new Pin.After("main", commit(2), 7L)));
  }

  @Test
  void whatComesAfterAPinIsNothingWhereNothingWasPushed() {
    assertThat(target(pin("v1", false, 5)).pin())
        .isEqualTo(shown("v1", new Pin.After("main", null, null)));
  }

  private static RefRollout rollout(Rollout progress) {
    RolloutSpec rolling =
        new RolloutSpec(
            new RolloutSpec.Strategy.Rolling(),
            new NodeShare(1, false),
            0,
            RolloutSpec.OnHalt.STAY,
            RolloutSpec.DEADLINE);
    return new RefRollout(7, "main", commit(2), commit(1), Map.of(), rolling, progress, null);
  }

  private NodeTarget target(@Nullable StoredPin pin, RefRollout rollout) {
    NodeTarget.Branches branches = new NodeTarget.Branches(heads, newest);
    return NodeTarget.of(node(), pin, branches, new Steering(Map.of("main", rollout), Map.of()));
  }

  @Test
  void waitsForItsTurnInARollout() {
    branch("main", 2, 2, 7);
    assertThat(target(null, rollout(Rollout.begin(Set.of("a", "b")))))
        .isEqualTo(
            new NodeTarget(
                "main",
                commit(1),
                7L,
                null,
                new Withheld(
                    Withheld.Kind.WAITING,
                    "waiting: wave 1 of 2 of the rollout of " + commit(2).abbreviated(),
                    commit(2),
                    "main",
                    7L,
                    null)));
  }

  private static RefRollout barrier(Rollout progress) {
    RolloutSpec spec =
        new RolloutSpec(
            new RolloutSpec.Strategy.Barrier(),
            NodeShare.ALL,
            0,
            RolloutSpec.OnHalt.STAY,
            RolloutSpec.DEADLINE);
    return new RefRollout(7, "main", commit(2), commit(1), Map.of(), spec, progress, null);
  }

  private static Rollout barrier(RolloutPhase phase, Rollout.Gate gate) {
    return new Rollout(
        phase,
        "",
        false,
        Set.of("a"),
        Set.of(),
        Map.of("a", MemberClock.from(T)),
        Map.of(),
        Set.of(),
        gate);
  }

  @Test
  void getsTheCommitReadyBeforeABarrierOpens() {
    branch("main", 2, 2, 7);
    NodeTarget target = target(null, barrier(barrier(RolloutPhase.RUNNING, Rollout.Gate.CLOSED)));
    assertThat(target.commit()).isEqualTo(commit(1));
    assertThat(target.stage()).isEqualTo(commit(2));
    assertThat(Objects.requireNonNull(target.withheld()).reason())
        .startsWith("waiting: ")
        .contains("goes live on all nodes at once");
    assertThat(target.decision(node(), new NodeTarget.Stamp("fleet", 12, "i1", T)).stage())
        .isEqualTo(commit(2));
  }

  @Test
  void switchesOnceABarrierIsOpen() {
    branch("main", 2, 2, 7);
    NodeTarget target =
        target(null, barrier(barrier(RolloutPhase.RUNNING, new Rollout.Gate(null, T, null))));
    assertThat(target).isEqualTo(new NodeTarget("main", commit(2), 7L, null, null));
  }

  @Test
  void getsNothingReadyAnyMoreWhenABarrierHaltsBeforeItsGo() {
    branch("main", 2, 2, 7);
    NodeTarget target = target(null, barrier(barrier(RolloutPhase.HALTED, Rollout.Gate.CLOSED)));
    assertThat(target.commit()).isEqualTo(commit(1));
    assertThat(target.stage()).isNull();
  }

  @Test
  void keepsTheCommitReadyWhileABarrierIsPaused() {
    branch("main", 2, 2, 7);
    NodeTarget target = target(null, barrier(barrier(RolloutPhase.PAUSED, Rollout.Gate.CLOSED)));
    assertThat(target.stage()).isEqualTo(commit(2));
  }

  private NodeTarget gated(@Nullable StoredPin pin, int before, String canary) {
    Gate gate =
        new Gate("main", commit(before), commit(9), "ann", T, List.of(new NodeName(canary)));
    NodeTarget.Branches branches = new NodeTarget.Branches(heads, newest);
    return NodeTarget.of(node(), pin, branches, new Steering(Map.of(), Map.of("main", gate)));
  }

  @Test
  void aCanaryOfAGateRunsTheCandidate() {
    branch("main", 2, 2, 7);
    NodeTarget target = gated(null, 2, "a");
    assertThat(target.commit()).isEqualTo(commit(9));
    assertThat(target.deployment()).isNull();
    assertThat(target.gate()).isEqualTo("gate of ann");
  }

  @Test
  void nobodyElseRunsTheCandidateOfAGate() {
    branch("main", 2, 2, 7);
    assertThat(gated(null, 2, "b")).isEqualTo(new NodeTarget("main", commit(2), 7L, null, null));
  }

  @Test
  void aGateCountsNoMoreWhenItsBranchHasMoved() {
    branch("main", 2, 2, 7);
    assertThat(gated(null, 1, "a")).isEqualTo(new NodeTarget("main", commit(2), 7L, null, null));
  }

  @Test
  void aCanaryGoesBackWhenItsGateEndsAlsoDuringAFreeze() {
    branch("main", 2, 2, 7);
    StoredFreeze freeze =
        new StoredFreeze("", "", "ann", "release week", T, T.plusSeconds(60), null);
    Steering frozen =
        new Steering(Map.of(), Map.of(), new HoldRules(List.of(freeze), heads.values()), T);
    StoredNode canary =
        node()
            .withDecision(
                gated(null, 2, "a").decision(node(), new NodeTarget.Stamp("fleet", 12, "i1", T)));
    NodeTarget target = NodeTarget.of(canary, null, new NodeTarget.Branches(heads, newest), frozen);
    assertThat(target.commit()).isEqualTo(commit(2));
    assertThat(target.withheld()).isNull();
  }

  @Test
  void aPinCountsBeforeAGate() {
    branch("main", 2, 2, 7);
    NodeTarget target = gated(pin("v1", false, 5), 2, "a");
    assertThat(target.commit()).isEqualTo(commit(5));
    assertThat(target.gate()).isNull();
    assertThat(Objects.requireNonNull(target.pin()).after().commit()).isEqualTo(commit(2));
  }

  @Test
  void aPinCountsBeforeARollout() {
    branch("main", 2, 2, 7);
    NodeTarget target = target(pin("v1", false, 5), rollout(Rollout.begin(Set.of("a", "b"))));
    assertThat(target.commit()).isEqualTo(commit(5));
    assertThat(target.withheld()).isNull();
    assertThat(target.pin()).isEqualTo(shown("v1", new Pin.After("main", commit(1), 7L)));
  }

  @Test
  void aRolloutOfAnOlderDeploymentDoesNotCount() {
    branch("main", 2, 2, 8);
    assertThat(target(null, rollout(Rollout.begin(Set.of("a")))).commit()).isEqualTo(commit(2));
  }

  @Test
  void theDecisionHasWhatPeopleSetForTheNode() {
    branch("main", 2, 2, 7);
    DesiredState decision =
        target(null).decision(node(), new NodeTarget.Stamp("fleet", 12, "i1", T.plusSeconds(1)));
    assertThat(decision)
        .isEqualTo(
            new DesiredState(
                12,
                new NodeName("a"),
                "fleet",
                "main",
                commit(2),
                7L,
                null,
                4,
                T.plusSeconds(1),
                Map.of("role", "grep"),
                orders,
                "i1",
                null,
                null,
                null,
                null));
  }
}
