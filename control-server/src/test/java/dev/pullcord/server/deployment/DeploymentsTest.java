package dev.pullcord.server.deployment;

import static dev.pullcord.server.FakeCommits.commit;
import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.DeploymentView.Member;
import dev.pullcord.protocol.api.DeploymentView.Outcome;
import dev.pullcord.protocol.api.DeploymentView.State;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.server.FullAtTimes;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentsTest {
  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private long push(String branch, int n) {
    fleet.commits.push(branch, n);
    Deployments.RefMoved moved =
        fleet.deployments.reconcile().stream()
            .filter(m -> m.ref().equals(branch))
            .findFirst()
            .orElseThrow();
    return moved.deployment() == null ? 0 : moved.deployment();
  }

  private DeploymentView deployment(long id) {
    return fleet.views.deployment(id).orElseThrow();
  }

  private List<String> spoken(long id) {
    return deployment(id).members().stream()
        .map(m -> m.name().value() + " " + m.state().wireName() + ": " + m.reason())
        .toList();
  }

  private void running(String... nodes) {
    fleet.join(nodes);
    fleet.start(nodes);
  }

  @Test
  void pushGivesEveryFollowerTheCommitUnderOneNewRevision() {
    running("a", "b");
    long before = fleet.views.summary().revision();

    long id = push("main", 1);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(fleet.desired("a").deployment()).isEqualTo(id);
    assertThat(fleet.desired("a").revision()).isEqualTo(before + 1);
    assertThat(fleet.desired("b").revision()).isEqualTo(before + 1);
    assertThat(fleet.woken).containsExactly(new NodeName("a"), new NodeName("b"));
  }

  @Test
  void whatHasConvergedIsKeptAsSuchAlsoWhenTheNextPushComesAtOnce() {
    running("a");
    long first = push("main", 1);
    fleet.converge("a");
    push("main", 2);
    assertThat(deployment(first).convergedAt()).isNotNull();
  }

  @Test
  void comparingAgainChangesNothing() {
    running("a");
    push("main", 1);
    fleet.woken.clear();
    long revision = fleet.views.summary().revision();

    assertThat(fleet.deployments.reconcile()).isEmpty();
    assertThat(fleet.views.summary().revision()).isEqualTo(revision);
    assertThat(fleet.woken).isEmpty();
  }

  @Test
  void aBranchThatCannotBeReadIsSaidAndKeepsNoOtherFromItsNodes() {
    running("a");
    push("main", 1);
    fleet.commits.push("broken", 2);
    fleet.commits.damage(2);
    fleet.commits.push("main", 3);

    assertThat(fleet.deployments.reconcile())
        .extracting(Deployments.RefMoved::ref)
        .containsExactly("main");

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(3));
    assertThat(fleet.deployments.trouble("main")).isEmpty();
    assertThat(fleet.deployments.trouble("broken")).isPresent();
    assertThat(fleet.deployments.alarms())
        .containsExactly(
            "what was pushed to broken reaches no node: cannot read commit "
                + commit(2)
                + ": Object "
                + commit(2)
                + " is corrupt; it is tried again every second");
    assertThat(fleet.deployments.catchUp()).isEmpty();

    fleet.commits.mend(2);

    assertThat(fleet.deployments.catchUp())
        .extracting(Deployments.RefMoved::ref)
        .containsExactly("broken");
    assertThat(fleet.deployments.alarms()).isEmpty();
  }

  @Test
  void aPushWhoseComparisonMetAFullDiskIsDeployedOnceThereIsRoom() {
    running("a");
    push("main", 1);
    fleet.converge("a"); // this progress is what the disk refuses first
    FullAtTimes disk = new FullAtTimes(fleet.store);
    DerivedDeployments deployments = fleet.deployments(disk);
    fleet.views.alarms(all -> all.troubled(deployments::trouble, List.of()));
    disk.full = true;
    fleet.commits.push("main", 2);

    assertThatThrownBy(deployments::reconcile).isInstanceOf(StoreException.class);
    assertThat(fleet.views.summary().refs())
        .as("whoever waits for main does not take its nodes for converged")
        .singleElement()
        .extracting(Fleet.Ref::trouble)
        .asString()
        .startsWith("the disk of the server is full");
    assertThat(deployments.alarms())
        .singleElement()
        .asString()
        .startsWith("what was pushed reaches no node: the disk of the server is full");
    disk.full = false;

    assertThat(deployments.catchUp()).extracting(Deployments.RefMoved::ref).containsExactly("main");
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(deployments.alarms()).isEmpty();
    assertThat(fleet.views.summary().refs()).extracting(Fleet.Ref::trouble).containsOnlyNulls();
  }

  @Test
  void aCommitThatOverflowsTheStackKeepsNoOtherBranchFromItsNodes() {
    running("a");
    push("main", 1);
    fleet.commits.push("deep", 2);
    fleet.commits.nestTooDeep(2);
    fleet.commits.push("main", 3);

    fleet.deployments.reconcile();

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(3));
    assertThat(fleet.deployments.trouble("deep")).isPresent();
  }

  @Test
  void sayWhatMovedAndFromWhere() {
    running("a");
    push("main", 1);
    fleet.commits.push("main", 2);
    fleet.commits.push("feature", 3);

    List<Deployments.RefMoved> moved = fleet.deployments.reconcile();

    assertThat(moved).extracting(Deployments.RefMoved::ref).containsExactly("feature", "main");
    assertThat(moved.getFirst().deployment()).isNull();
    assertThat(moved.get(1).before()).isEqualTo(commit(1));
    assertThat(moved.get(1).commit()).isEqualTo(commit(2));
    assertThat(deployment(fleet.deployment("a")).pushedBy()).isEqualTo("ada");
  }

  @Test
  void runsUntilTheLastMemberHasConverged() {
    running("a", "b");
    long id = push("main", 1);
    assertThat(deployment(id).state()).isEqualTo(State.RUNNING);

    fleet.converge("a");
    assertThat(deployment(id).state()).isEqualTo(State.RUNNING);
    assertThat(deployment(id).nodes()).containsEntry("converged", 1).containsEntry("waiting", 1);
    assertThat(deployment(id).convergedAt()).isNull();

    fleet.clock.advance(Duration.ofSeconds(2));
    fleet.converge("b");
    assertThat(deployment(id).state()).isEqualTo(State.CONVERGED);
    assertThat(deployment(id).convergedAt()).isEqualTo(fleet.clock.instant());
  }

  @Test
  void isIncompleteWhenEveryReachableNodeIsDoneAndOneIsOffline() {
    running("a", "b");
    long id = push("main", 1);
    fleet.advance(Duration.ofSeconds(44));
    fleet.converge("a");
    assertThat(deployment(id).state()).isEqualTo(State.RUNNING);

    fleet.advance(Duration.ofSeconds(1));

    assertThat(fleet.state("b")).isEqualTo(NodeState.OFFLINE);
    assertThat(deployment(id).state()).isEqualTo(State.INCOMPLETE);
    assertThat(deployment(id).nodes()).containsEntry("converged", 1).containsEntry("offline", 1);
  }

  @Test
  void keepsRunningWhileAnEnvironmentFaultIsTriedAgain() {
    running("a");
    long id = push("main", 1);

    fleet.report(
        "a",
        Said.by(fleet, "a")
            .state(NodeState.FAILED, "disk full")
            .retryAt(Instant.EPOCH)
            .step(StepRecord.Kind.STAGE, StepRecord.Outcome.ENVIRONMENT_FAULT, "no space")
            .next());
    assertThat(deployment(id).state()).isEqualTo(State.RUNNING);

    fleet.report(
        "a",
        Said.by(fleet, "a")
            .state(NodeState.FAILED, "no earlier release")
            .step(StepRecord.Kind.CHECK, StepRecord.Outcome.RELEASE_FAULT, "bad pattern")
            .next());
    assertThat(deployment(id).state()).isEqualTo(State.INCOMPLETE);
  }

  @Test
  void newerCommitSupersedesTheOneUnderWay() {
    running("a", "b");
    long first = push("main", 1);
    fleet.converge("a");

    long second = push("main", 2);

    assertThat(deployment(first).state()).isEqualTo(State.SUPERSEDED);
    assertThat(deployment(first).supersededBy()).isEqualTo(second);
    assertThat(deployment(first).members())
        .extracting(DeploymentView.Member::state)
        .containsExactly(NodeState.CONVERGED, NodeState.WAITING);
    assertThat(deployment(second).before()).isEqualTo(commit(1));
    assertThat(deployment(second).members()).hasSize(2);
  }

  @Test
  void aPushThatFailedIsKeptAsFailedWhenTheNextOneSupersedesIt() {
    running("ran", "failed", "back", "retries", "away", "late");
    long first = push("main", 1);
    fleet.converge("ran", "back");
    fleet.report("back", Said.by(fleet, "back").state(NodeState.ROLLED_BACK, "died on it").next());
    fleet.report("failed", Said.by(fleet, "failed").state(NodeState.FAILED, "no such host").next());
    fleet.report("retries", Said.by(fleet, "retries").state(NodeState.FAILED, "no room").next());
    fleet.report("retries", Said.by(fleet, "retries").state(NodeState.APPLYING, "fetching").next());
    fleet.report("late", Said.by(fleet, "late").state(NodeState.APPLYING, "fetching").next());

    push("main", 2);

    DeploymentView kept = deployment(first);
    assertThat(kept.state()).isEqualTo(State.SUPERSEDED);
    assertThat(spoken(first))
        .containsExactlyInAnyOrder(
            "ran converged: runs 0000001",
            "failed failed: no such host",
            "back rolled-back: died on it",
            "retries failed: failed on it, and has not run it since",
            "away waiting: superseded before it converged",
            "late waiting: superseded before it converged");
    assertThat(Objects.requireNonNull(kept.outcome()).converged()).isEqualTo(1);
    fleet.converge("ran", "failed", "back", "retries", "away", "late");
    fleet = fleet.restarted();
    assertThat(deployment(first)).isEqualTo(kept);
  }

  @Test
  void aPushThatFailedIsKeptAsFailedWhenARollbackOrItsEndSupersedesIt() {
    running("failed", "back", "away");
    push("main", 1);
    fleet.converge("failed", "back", "away");
    long second = push("main", 2);
    fleet.converge("back");
    fleet.report("back", Said.by(fleet, "back").state(NodeState.ROLLED_BACK, "died on it").next());
    fleet.report("failed", Said.by(fleet, "failed").state(NodeState.FAILED, "no such host").next());

    fleet
        .holds
        .rollbacks()
        .rollback(ADA, "main", new RollbackView.Request(null, "lost tasks", null));

    assertThat(spoken(second))
        .containsExactlyInAnyOrder(
            "failed failed: no such host",
            "back rolled-back: died on it",
            "away waiting: superseded before it converged");
    assertThat(Objects.requireNonNull(deployment(second).outcome()).converged()).isZero();

    long third = fleet.deployment("failed");
    fleet.converge("back");
    fleet.report("failed", Said.by(fleet, "failed").state(NodeState.FAILED, "no room").next());
    fleet.holds.rollbacks().end(ADA, "main");

    assertThat(spoken(third))
        .containsExactlyInAnyOrder(
            "failed failed: no room",
            "back converged: runs 0000001",
            "away converged: runs 0000001"); // which it said last
  }

  @Test
  void whatFailedOnAnotherCommitHasNotFailedOnTheOneThatTheServerStartedWith() {
    running("fails", "away");
    push("main", 1);
    fleet.report("away", Said.by(fleet, "away").state(NodeState.FAILED, "no such host").next());
    long second = push("main", 2);
    fleet.report("fails", Said.by(fleet, "fails").state(NodeState.FAILED, "no room").next());

    fleet = fleet.restarted();
    fleet.advance(Duration.ofSeconds(60));
    push("main", 3);

    assertThat(spoken(second))
        .containsExactlyInAnyOrder(
            "fails failed: failed on it, and has not run it since",
            "away waiting: superseded before it converged");
  }

  @Test
  void isTheSameAfterAKill() {
    running("a", "b");
    long id = push("main", 1);
    fleet.converge("a", "b");
    fleet.progress.keep();
    fleet.heartbeats.flush();
    DeploymentView before = deployment(id);
    assertThat(before.state()).isEqualTo(State.CONVERGED);

    fleet = fleet.restarted();

    assertThat(deployment(id)).isEqualTo(before);
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void convergedStaysConvergedWhenItsNodesArePinnedElsewhereOrAway() {
    running("a", "b");
    fleet.commits.tag("v1", 5);
    long id = push("main", 1);
    fleet.clock.advance(Duration.ofSeconds(2));
    fleet.converge("a", "b");
    Instant at = fleet.clock.instant();
    fleet.progress.keep();

    fleet.pin("a", "v1", "2h");
    fleet.advance(Duration.ofMinutes(2));
    fleet.progress.keep();
    assertEnded(id, State.CONVERGED, 2, 2, at);
    assertThat(deployment(id).now()).isEqualTo(Map.of("offline", 1));

    fleet.operations.pins().unpin(TestFleet.ADA, new NodeName("a"));
    fleet.operations.nodes().remove(TestFleet.ADA, new NodeName("b"));
    fleet.progress.keep();
    assertEnded(id, State.CONVERGED, 2, 2, at);
    fleet = fleet.restarted();
    assertEnded(id, State.CONVERGED, 2, 2, at);
  }

  private void assertEnded(long id, State state, int converged, int total, Instant at) {
    DeploymentView one = deployment(id);
    assertThat(one.state()).isEqualTo(state);
    assertThat(one.outcome()).isEqualTo(new Outcome(state, converged, total, at));
    assertThat(one.nodes().values().stream().mapToInt(n -> n).sum()).isEqualTo(total);
    DeploymentView listed =
        fleet.views.deployments(null, Long.MAX_VALUE, 50).stream()
            .filter(d -> d.id() == id)
            .findFirst()
            .orElseThrow();
    assertThat(listed.outcome()).isEqualTo(one.outcome());
    assertThat(listed.state()).isEqualTo(state);
  }

  @Test
  void nodesThatRanItOneAfterTheOtherHaveConvergedWhateverTheyDoNow() {
    running("a", "b", "c");
    long id = push("main", 1);
    fleet.converge("a", "b");
    fleet.report("a", Said.by(fleet, "a").state(NodeState.APPLYING, "labels changed").next());
    fleet.advance(Duration.ofMinutes(2));
    assertThat(fleet.state("b")).isEqualTo(NodeState.OFFLINE);
    fleet.converge("c");
    Instant at = fleet.clock.instant();

    push("main", 2);

    assertThat(deployment(id).state()).isEqualTo(State.SUPERSEDED);
    assertThat(deployment(id).outcome()).isEqualTo(new Outcome(State.CONVERGED, 3, 3, at));
  }

  @Test
  void nodeThatFailedOnItBeforeTheOthersRanItHasNotConverged() {
    running("a", "b");
    long id = push("main", 1);
    fleet.converge("a");
    fleet.report("a", Said.by(fleet, "a").state(NodeState.FAILED, "worker died").next());
    fleet.converge("b");
    fleet.progress.keep();
    assertEnded(id, State.INCOMPLETE, 1, 2, fleet.clock.instant());
  }

  @Test
  void nodeThatRanItAndIsBusyAgainIsNotWaitedForWhenAnotherHasFailed() {
    running("a", "b");
    long id = push("main", 1);
    fleet.converge("a");
    fleet.report("a", Said.by(fleet, "a").state(NodeState.APPLYING, "labels changed").next());
    fleet.report("b", Said.by(fleet, "b").state(NodeState.ROLLED_BACK, "check").next());
    fleet.progress.keep();
    assertEnded(id, State.INCOMPLETE, 1, 2, fleet.clock.instant());
  }

  @Test
  void nodeThatFailedOnItAndIsAwayOrTriesAgainHasNotConverged() {
    running("a", "b", "c");
    long id = push("main", 1);
    fleet.converge("a", "b");
    fleet.report("a", Said.by(fleet, "a").state(NodeState.FAILED, "worker died").next());
    fleet.report("b", Said.by(fleet, "b").state(NodeState.FAILED, "worker died").next());
    fleet.report("b", Said.by(fleet, "b").state(NodeState.APPLYING, "again").next());
    fleet.advance(Duration.ofSeconds(44));
    fleet.report("b", Said.by(fleet, "b").state(NodeState.APPLYING, "still").next());
    fleet.converge("c");
    fleet.advance(Duration.ofSeconds(2));
    assertThat(fleet.state("a")).isEqualTo(NodeState.OFFLINE);
    assertThat(fleet.state("b")).isEqualTo(NodeState.APPLYING);

    fleet.progress.keep();
    assertThat(deployment(id).outcome()).isNull();
    assertThat(deployment(id).state()).isEqualTo(State.RUNNING);

    fleet.converge("a", "b");
    fleet.progress.keep();
    assertThat(deployment(id).state()).isEqualTo(State.CONVERGED);
  }

  @Test
  void incompleteStaysIncompleteWhenTheNodeThatFailedIsPinnedElsewhere() {
    running("a", "b");
    fleet.commits.tag("v1", 5);
    long id = push("main", 1);
    fleet.converge("a");
    fleet.report("b", Said.by(fleet, "b").state(NodeState.ROLLED_BACK, "check").next());
    Instant at = fleet.clock.instant();
    fleet.progress.keep();
    assertEnded(id, State.INCOMPLETE, 1, 2, at);

    fleet.clock.advance(Duration.ofSeconds(9));
    fleet.pin("b", "v1", "2h");
    fleet.progress.keep();
    assertEnded(id, State.INCOMPLETE, 1, 2, at);
    assertThat(deployment(id).now()).isEqualTo(Map.of("converged", 1));
  }

  @Test
  void retryOpensAnIncompleteDeploymentAgainAndItEndsAnew() {
    running("a", "b");
    long id = push("main", 1);
    fleet.converge("a");
    fleet.report("b", Said.by(fleet, "b").state(NodeState.ROLLED_BACK, "check").next());
    fleet.progress.keep();

    fleet.clock.advance(Duration.ofSeconds(9));
    fleet.operations.nodes().retry(TestFleet.ADA, new NodeName("b"));
    assertThat(deployment(id).state()).isEqualTo(State.RUNNING);
    assertThat(deployment(id).outcome()).isNull();
    fleet.converge("a", "b");
    fleet.progress.keep();
    assertEnded(id, State.CONVERGED, 2, 2, fleet.clock.instant());
  }

  @Test
  void nodeThatIsPinnedBeforeItRanItKeepsTheDeploymentOpen() {
    running("a");
    fleet.commits.tag("v1", 5);
    long id = push("main", 1);
    fleet.pin("a", "v1", "2h");
    fleet.progress.keep();
    assertThat(deployment(id).state()).isEqualTo(State.INCOMPLETE);
    assertThat(deployment(id).outcome()).isNull();
    assertThat(deployment(id).nodes()).isEqualTo(Map.of("held", 1));

    fleet.operations.pins().unpin(TestFleet.ADA, new NodeName("a"));
    assertThat(deployment(id).state()).isEqualTo(State.RUNNING);
    fleet.converge("a");
    fleet.progress.keep();
    assertEnded(id, State.CONVERGED, 1, 1, fleet.clock.instant());
  }

  @Test
  void latecomerIsAddedToWhatConvergedOnceItRanItAndNeverTakesThatBack() {
    running("a");
    long id = push("main", 1);
    fleet.converge("a");
    Instant at = fleet.clock.instant();
    fleet.progress.keep();

    fleet.clock.advance(Duration.ofHours(1));
    running("late", "broken");
    fleet.converge("a");
    assertThat(deployment(id).state()).isEqualTo(State.CONVERGED);
    assertThat(deployment(id).now()).containsEntry("waiting", 2);
    fleet.report("broken", Said.by(fleet, "broken").state(NodeState.ROLLED_BACK, "x").next());
    fleet.converge("late");
    fleet.progress.keep();

    assertThat(deployment(id).state()).isEqualTo(State.CONVERGED);
    assertThat(deployment(id).outcome()).isEqualTo(new Outcome(State.CONVERGED, 2, 2, at));
    assertThat(deployment(id).now()).containsEntry("rolled-back", 1);
  }

  @Test
  void supersededSaysWhetherItsNodesRanIt() {
    running("a", "b");
    long none = push("main", 1);
    Instant at = fleet.clock.instant();
    long all = push("main", 2);
    fleet.converge("a", "b");
    push("main", 3);

    assertThat(deployment(none).outcome()).isEqualTo(new Outcome(State.SUPERSEDED, 0, 2, at));
    assertThat(deployment(all).state()).isEqualTo(State.SUPERSEDED);
    assertThat(deployment(all).outcome()).isEqualTo(new Outcome(State.CONVERGED, 2, 2, at));
    assertThat(deployment(all).supersededByCommit()).isEqualTo(commit(3));
  }

  @Test
  void branchThatMovedWhileTheServerWasAwayIsDeployedAtTheStart() {
    running("a");
    push("main", 1);
    fleet.commits.push("main", 2);

    fleet = fleet.restarted();

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(fleet.woken).containsExactly(new NodeName("a"));
  }

  @Test
  void firstFollowerOfABranchBringsItsDeployment() {
    fleet.commits.push("main", 1);
    assertThat(fleet.deployments.reconcile().getFirst().deployment()).isNull();

    running("a");

    long id = fleet.deployment("a");
    assertThat(deployment(id).commit()).isEqualTo(commit(1));
    assertThat(deployment(id).members()).hasSize(1);
  }

  @Test
  void lateComerJoinsTheDeploymentThatIsThere() {
    running("a");
    long id = push("main", 1);
    fleet.converge("a");
    Instant pushed = deployment(id).startedAt();
    fleet.clock.advance(Duration.ofHours(1));

    running("late");

    assertThat(fleet.desired("late").deployment()).isEqualTo(id);
    assertThat(deployment(id).state()).isEqualTo(State.RUNNING);
    List<Instant> joined = List.of(pushed, pushed.plus(Duration.ofHours(1)));
    assertThat(deployment(id).members()).extracting(Member::joinedAt).isEqualTo(joined);
    fleet = fleet.restarted();
    assertThat(deployment(id).members()).extracting(Member::joinedAt).isEqualTo(joined);
  }

  @Test
  void pinnedNodeLeavesItsRefAndTakesPartInTheBranchItIsPinnedTo() {
    running("a", "b");
    fleet.commits.push("feature", 7);
    long main = push("main", 1);

    fleet.pin("b", "feature", "2h");

    assertThat(deployment(main).present()).extracting(m -> m.name().value()).containsExactly("a");
    Member pinned = deployment(main).members().get(1);
    assertThat(pinned.state()).isEqualTo(NodeState.HELD);
    assertThat(pinned.reason()).contains("pinned to feature by ada: trying it");
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(7));
    assertThat(fleet.deployments.members("feature")).isEqualTo(1);

    long feature = push("feature", 8);
    assertThat(deployment(feature).members()).hasSize(1);
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(8));

    fleet.operations.pins().unpin(TestFleet.ADA, new NodeName("b"));
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(1));
    assertThat(deployment(main).members()).hasSize(2);
  }

  @Test
  void pushToTheOwnBranchOfAPinnedNodeChangesWhereItGoesAfterwards() {
    running("a");
    push("main", 1);
    fleet.commits.tag("v1", 5);
    fleet.pin("a", "v1", "2h");
    fleet.woken.clear();

    push("main", 2);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(5));
    assertThat(fleet.desired("a").deployment()).isNull();
    assertThat(fleet.pinOf("a").after().commit()).isEqualTo(commit(2));
    assertThat(fleet.woken).containsExactly(new NodeName("a"));
  }

  @Test
  void branchTakenAwayByHandLeavesItsFollowersAsTheyAre() {
    running("a");
    push("main", 1);
    fleet.commits.delete("main");

    assertThat(fleet.deployments.reconcile()).isEmpty();

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(fleet.deployments.followed("main")).isTrue();
    assertThat(fleet.deployments.followed("feature")).isFalse();
    assertThat(fleet.deployments.alarms())
        .containsExactly(
            "branch main is gone from the repository; the nodes that follow it stay as they are:"
                + " push it again");

    push("main", 2);

    assertThat(fleet.deployments.alarms()).isEmpty();
  }

  @Test
  void aBranchThatIsGoneIsNoAlarmOnceNoNodeFollowsIt() {
    running("a");
    push("main", 1);
    push("next", 2);
    fleet.commits.delete("main");
    fleet.deployments.reconcile();
    assertThat(fleet.deployments.alarms()).hasSize(1);

    fleet.operations.nodes().follow(TestFleet.ADA, new NodeName("a"), "next");

    assertThat(fleet.deployments.alarms()).isEmpty();
  }

  @Test
  void transcriptHoldsWhatTheNodeDidForIt() {
    running("a");
    long id = push("main", 1);
    fleet.report(
        "a",
        Said.by(fleet, "a")
            .step(StepRecord.Kind.FETCH, StepRecord.Outcome.OK, "")
            .step(StepRecord.Kind.CHECK, StepRecord.Outcome.OK, "12 patterns")
            .next());

    assertThat(fleet.views.transcript(id, new NodeName("a")).orElseThrow().steps())
        .extracting(StepRecord::output)
        .containsExactly("", "12 patterns");
    assertThat(fleet.views.transcript(id, new NodeName("b"))).isEmpty();
  }

  @Test
  void listIsNewestFirstAndGoesOnBelowACursor() {
    running("a");
    long first = push("main", 1);
    long second = push("main", 2);
    long third = push("main", 3);

    assertThat(fleet.views.deployments(null, Long.MAX_VALUE, 2))
        .extracting(DeploymentView::id)
        .containsExactly(third, second);
    assertThat(fleet.views.deployments("main", second, 2))
        .extracting(DeploymentView::id)
        .containsExactly(first);
    assertThat(fleet.views.deployments("other", Long.MAX_VALUE, 2)).isEmpty();
  }

  /** It ran the commit, so it counts; where it is now is another thing. */
  @Test
  void aNodeThatCameLaterAndWentAwayLeavesTheOutcomeAsItWas() {
    running("a");
    long id = push("main", 1);
    fleet.converge("a");
    fleet.progress.keep();
    running("b");
    fleet.converge("b");
    assertThat(Objects.requireNonNull(deployment(id).outcome()).converged()).isEqualTo(2);

    fleet.advance(Duration.ofMinutes(2));

    DeploymentView.Outcome outcome = Objects.requireNonNull(deployment(id).outcome());
    assertThat(outcome.state()).isEqualTo(DeploymentView.State.CONVERGED);
    assertThat(outcome.converged() + "/" + outcome.total()).isEqualTo("2/2");
    fleet
        .operations
        .suspensions()
        .suspend(TestFleet.ADA, new NodeName("b"), new SuspensionView.Request("1h", "new disk"));
    assertThat(Objects.requireNonNull(deployment(id).outcome()).total()).isEqualTo(2);
    Member suspended = deployment(id).members().getLast();
    assertThat(suspended.reason())
        .isEqualTo("ran it from %s; is suspended by ada: new disk", suspended.convergedAt());
  }
}
