package dev.pullcord.server.deployment;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.RolloutSpec.CanaryNodes;
import dev.pullcord.protocol.manifest.node.RolloutSpec.OnHalt;
import dev.pullcord.protocol.manifest.node.RolloutSpec.Strategy;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StageStatus;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.contact.Talk;
import dev.pullcord.server.desired.Rollouts;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.rollout.RolloutPhase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts from the push to the last node, over the store: who runs what, and what is shown. */
class RolloutLoopTest {
  private static final RolloutSpec ONE_BY_ONE = rules(new Strategy.Rolling(), OnHalt.STAY);

  @TempDir private Path directory;
  private TestFleet fleet;

  private static RolloutSpec rules(Strategy strategy, OnHalt onHalt) {
    return new RolloutSpec(strategy, new NodeShare(1, false), 0, onHalt, Duration.ofMinutes(30));
  }

  @BeforeEach
  void threeNodesRunTheFirstCommit() {
    fleet = new TestFleet(directory);
    fleet.commits.rollout(1, ONE_BY_ONE);
    fleet.commits.push("main", 1);
    fleet.join("a", "b", "c");
    fleet.start("a", "b", "c");
    fleet.deployments.reconcile();
    converge("a", "b", "c");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void aRolloutThatCannotGoOnKeepsNoOtherFromGoingOn() {
    fleet.commits.rollout(4, ONE_BY_ONE);
    fleet.commits.push("side", 4);
    fleet.joinTo("side", "d");
    fleet.joinTo("side", "e");
    fleet.start("d", "e");
    fleet.deployments.reconcile();
    converge("d", "e");
    fleet.commits.rollout(2, ONE_BY_ONE);
    fleet.commits.push("main", 2);
    fleet.commits.rollout(5, ONE_BY_ONE);
    fleet.commits.push("side", 5);
    fleet.deployments.reconcile();
    fleet.converge("a", "d");
    List<Collection<Long>> woken = new ArrayList<>();
    RolloutLoop loop =
        new RolloutLoop(
            fleet.store,
            fleet.model,
            new Rollouts(fleet.commits, fleet.model),
            fleet.decisions,
            nodes -> {
              woken.add(nodes);
              throw new IllegalStateException("planted");
            },
            fleet.clock);
    loop.run();
    assertThat(woken).hasSize(2);
  }

  private void push(int n, RolloutSpec rules) {
    fleet.commits.rollout(n, rules);
    fleet.commits.push("main", n);
    fleet.deployments.reconcile();
    fleet.waves.run();
  }

  private void converge(String... nodes) {
    for (String node : nodes) {
      fleet.converge(node);
      fleet.waves.run();
    }
  }

  private void fail(String node) {
    fleet.report(node, Said.by(fleet, node).state(NodeState.ROLLED_BACK, "check exited 1").next());
    fleet.waves.run();
  }

  /** What each node is to run, by name: {@code a2 b1 c1}. */
  private String targets() {
    return Stream.of("a", "b", "c")
        .map(node -> {
          CommitId its = fleet.desired(node).commit();
          int n = 0;
          while (!commit(n).equals(its)) {
            n++;
          }
          return node + n;
        })
        .collect(Collectors.joining(" "));
  }

  private RefRollout rollout() {
    return fleet.model.read(now -> Optional.ofNullable(now.rollouts().get("main"))).orElseThrow();
  }

  private Set<String> branches() {
    return fleet.model.read(now -> Set.copyOf(now.rollouts().keySet()));
  }

  private DeploymentView.State outcome() {
    fleet.progress.keep();
    return fleet.views.deployments(null, Long.MAX_VALUE, 1).getFirst().state();
  }

  @Test
  void nobodysTurnComesWhileTheBranchIsFrozen() {
    fleet
        .holds
        .freezes()
        .freeze(
            TestFleet.ADA, new FreezeView.Request("main", null, "2h", "release week", null, null));
    push(2, ONE_BY_ONE);
    assertThat(targets()).isEqualTo("a1 b1 c1");
    assertThat(rollout().progress().released()).isEmpty();
  }

  @Test
  void aRollbackTakesTheRolloutsPlaceAndReachesEveryoneAtOnce() {
    push(2, ONE_BY_ONE);
    converge("a");
    assertThat(targets()).isEqualTo("a2 b2 c1");
    fleet
        .holds
        .rollbacks()
        .rollback(TestFleet.ADA, "main", new RollbackView.Request(null, "tasks are lost", null));
    fleet.waves.run();

    assertThat(targets()).isEqualTo("a1 b1 c1");
    assertThat(branches()).isEmpty();
  }

  @Test
  void theFirstDeploymentOfABranchReachesEveryoneAtOnce() {
    assertThat(targets()).isEqualTo("a1 b1 c1");
    assertThat(branches()).isEmpty();
  }

  @Test
  void nodesGoOneAfterTheOtherAndTheOthersSayWhichWaveTheyWaitFor() {
    push(2, ONE_BY_ONE);
    assertThat(targets()).isEqualTo("a2 b1 c1");
    assertThat(fleet.state("b")).isEqualTo(NodeState.WAITING);
    assertThat(fleet.view("b").reason())
        .isEqualTo("waiting: wave 2 of 3 of the rollout of " + commit(2).abbreviated());
    assertThat(fleet.view("b").why()).endsWith("pullcord rollout main.");
    converge("b", "c");
    assertThat(targets()).as("what they run does not count").isEqualTo("a2 b1 c1");
    converge("a");
    assertThat(targets()).isEqualTo("a2 b2 c1");
    converge("b");
    converge("c");
    assertThat(rollout().progress().phase()).isEqualTo(RolloutPhase.DONE);
    assertThat(outcome()).isEqualTo(DeploymentView.State.CONVERGED);
  }

  private static final RolloutSpec AT_ONCE = rules(new Strategy.Barrier(), OnHalt.STAY);

  private void stage(String node, StageStatus.State state) {
    fleet.report(node, Said.by(fleet, node).stage(state, "check exited 1").next());
    fleet.waves.run();
  }

  @Test
  void aBarrierOpensForAllWhenTheLastOneIsReady() {
    push(2, AT_ONCE);
    assertThat(targets()).isEqualTo("a1 b1 c1");
    assertThat(fleet.desired("a").stage()).isEqualTo(commit(2));
    stage("a", StageStatus.State.READY);
    stage("b", StageStatus.State.PREPARING);
    stage("c", StageStatus.State.READY);
    assertThat(targets()).isEqualTo("a1 b1 c1");
    assertThat(fleet.view("a").reason()).startsWith("waiting: ").endsWith("; it is ready");
    assertThat(fleet.view("b").reason()).endsWith("; it is not ready yet: check exited 1");
    stage("b", StageStatus.State.READY);
    assertThat(targets()).isEqualTo("a2 b2 c2");
    assertThat(fleet.desired("a").stage()).isNull();
    converge("a", "b", "c");
    assertThat(rollout().progress().phase()).isEqualTo(RolloutPhase.DONE);
  }

  @Test
  void aBarrierHaltsWhenOneCannotGetReadyAndNobodyHasSwitched() {
    push(2, AT_ONCE);
    stage("a", StageStatus.State.READY);
    stage("b", StageStatus.State.FAILED);
    stage("c", StageStatus.State.READY);
    assertThat(rollout().isHalted()).isTrue();
    assertThat(rollout().progress().reason()).contains("b (check exited 1)");
    assertThat(targets()).isEqualTo("a1 b1 c1");
    assertThat(fleet.desired("a").stage()).isNull();
  }

  @Test
  void aBarrierDoesNotWaitForWhoIsHeld() {
    push(2, AT_ONCE);
    stage("a", StageStatus.State.READY);
    stage("b", StageStatus.State.HELD);
    stage("c", StageStatus.State.READY);
    assertThat(targets()).isEqualTo("a2 b2 c2");
  }

  @Test
  void aNewerPushTakesThePlaceOfWhatStandsBy() {
    push(2, AT_ONCE);
    stage("a", StageStatus.State.READY);
    push(3, AT_ONCE);
    assertThat(targets()).isEqualTo("a1 b1 c1");
    assertThat(fleet.desired("a").stage()).isEqualTo(commit(3));
  }

  @Test
  void everyoneAtOnceIsNoRollout() {
    push(2, RolloutSpec.ALL_AT_ONCE);
    assertThat(targets()).isEqualTo("a2 b2 c2");
    assertThat(branches()).isEmpty();
  }

  @Test
  void oneFailureStopsItAndTheDeploymentIsIncomplete() {
    push(2, ONE_BY_ONE);
    fail("a");
    assertThat(rollout().isHalted()).isTrue();
    assertThat(targets()).isEqualTo("a2 b1 c1");
    assertThat(fleet.view("b").reason())
        .startsWith("waiting: the rollout of " + commit(2).abbreviated() + " is halted: 1 node")
        .endsWith(" failed, more than the failure budget of 0: a");
    assertThat(outcome()).isEqualTo(DeploymentView.State.INCOMPLETE);
  }

  @Test
  void whoHasItGoesBackWhenTheManifestSaysSo() {
    push(2, rules(new Strategy.Rolling(), OnHalt.ROLLBACK));
    converge("a");
    fail("b");
    assertThat(targets()).isEqualTo("a1 b1 c1");
    assertThat(fleet.view("a").reason()).startsWith("published");
    converge("a");
    assertThat(fleet.view("a").reason())
        .startsWith("waiting: the rollout of " + commit(2).abbreviated() + " is halted")
        .endsWith("go back");
  }

  @Test
  void aNewerPushInTheMiddleOfAWaveLeavesEachNodeOnWhatItRunsUntilItsTurn() {
    push(2, ONE_BY_ONE);
    converge("a");
    assertThat(targets()).isEqualTo("a2 b2 c1");
    push(3, ONE_BY_ONE);
    assertThat(targets()).isEqualTo("a3 b2 c1");
    converge("a");
    converge("b");
    assertThat(targets()).isEqualTo("a3 b3 c3");
  }

  @Test
  void aCommitThatWasHaltedIsNotBroughtToWhoNeverHadIt() {
    push(2, ONE_BY_ONE);
    fail("a");
    fleet.join("d");
    push(3, ONE_BY_ONE);
    assertThat(targets()).isEqualTo("a3 b1 c1");
    assertThat(fleet.desired("d").commit()).isEqualTo(commit(1));
  }

  @Test
  void theServerGoesOnWhereItWasKilled() {
    push(2, ONE_BY_ONE);
    converge("a");
    fleet = fleet.restarted();
    assertThat(rollout().progress().released()).containsOnlyKeys("a", "b");
    assertThat(targets()).isEqualTo("a2 b2 c1");
    converge("a", "b");
    converge("c"); // still on what it ran: the server has heard of it
    assertThat(targets()).isEqualTo("a2 b2 c2");
  }

  @Test
  void aNodeThatWasAwayGetsItWhenItComesBack() {
    fleet.advance(Duration.ofSeconds(30));
    fleet.converge("b", "c");
    fleet.advance(Duration.ofSeconds(20));
    push(2, ONE_BY_ONE);
    assertThat(targets()).isEqualTo("a1 b2 c1");
    converge("b");
    converge("c");
    assertThat(rollout().isDone()).isTrue();
    converge("a");
    assertThat(targets()).isEqualTo("a2 b2 c2");
  }

  /** Time passes in which only these are heard of. */
  private void onlyHeardOf(Duration time, String... nodes) {
    for (long second = 0; second < time.toSeconds(); second += 30) {
      fleet.advance(Duration.ofSeconds(30));
      for (String node : nodes) {
        fleet.model.seen(fleet.record(node).id());
      }
      fleet.waves.run();
    }
  }

  @Test
  void aCommitThatTakesItsNodeOffTheNetworkGoesToNoOther() {
    push(2, ONE_BY_ONE);
    assertThat(targets()).isEqualTo("a2 b1 c1");
    onlyHeardOf(Duration.ofMinutes(29), "b", "c");
    assertThat(targets()).isEqualTo("a2 b1 c1");
    assertThat(fleet.views.rollouts().getFirst().reason())
        .isEqualTo(
            "1 of 1 that may be unavailable:"
                + " a (has not been heard from again since it got the commit)");

    onlyHeardOf(Duration.ofMinutes(2), "b", "c");

    assertThat(targets()).isEqualTo("a2 b1 c1");
    assertThat(rollout().isHalted()).isTrue();
    assertThat(rollout().progress().failed()).containsOnlyKeys("a");
  }

  @Test
  void aNodeThatFellSilentRightAfterItConvergedHoldsTheOthersToo() {
    push(2, ONE_BY_ONE);
    converge("a");
    assertThat(targets()).isEqualTo("a2 b2 c1");
    onlyHeardOf(Duration.ofMinutes(3), "b", "c");
    converge("b");
    assertThat(targets()).isEqualTo("a2 b2 c1");
    converge("a");
    assertThat(targets()).isEqualTo("a2 b2 c2");
  }

  private void goodbye(String node) {
    fleet.contacts.goodbye(fleet.record(node), Talk.NOTHING);
    fleet.waves.run();
  }

  private String why(String node) {
    return fleet.views.node(new NodeName(node)).orElseThrow().why();
  }

  @Test
  void aCommitThatMakesItsHostShutDownCleanlyGoesToNoOther() {
    push(2, ONE_BY_ONE);
    assertThat(targets()).isEqualTo("a2 b1 c1");
    goodbye("a");
    assertThat(targets()).isEqualTo("a2 b1 c1");
    assertThat(fleet.views.rollouts().getFirst().reason())
        .isEqualTo(
            "1 of 1 that may be unavailable: a (its agent was stopped after it got the commit)");
    assertThat(why("a"))
        .contains(
            "Its agent was stopped after it got 0000002: the rollout takes that commit for the"
                + " reason, and counts the node as failed if it is not back by its deadline.",
            "Unless its host is down, its workers run on.");
    onlyHeardOf(Duration.ofMinutes(29), "b", "c");
    assertThat(rollout().isHalted()).isFalse();

    onlyHeardOf(Duration.ofMinutes(2), "b", "c");

    assertThat(targets()).isEqualTo("a2 b1 c1");
    assertThat(rollout().isHalted()).isTrue();
    assertThat(rollout().progress().reason())
        .endsWith(
            ": a (its agent was stopped after it got the commit, and is not back within 30m)");
    assertThat(why("a")).contains("for the reason, and counts the node as failed.");
  }

  @Test
  void aNodeThatWasStoppedWithTheCommitIsFreeWhenItIsBackAndConverged() {
    push(2, ONE_BY_ONE);
    goodbye("a");
    onlyHeardOf(Duration.ofMinutes(3), "b", "c");
    fleet = fleet.restarted();
    fleet.waves.run();
    assertThat(targets()).isEqualTo("a2 b1 c1");
    fleet.start("a", "b", "c");
    converge("a");
    assertThat(targets()).isEqualTo("a2 b2 c1");
    assertThat(rollout().progress().failed()).isEmpty();
    assertThat(why("a")).doesNotContain("was stopped");
  }

  @Test
  void aNodeThatIsStoppedSoonAfterItConvergedHoldsTheOthersToo() {
    push(2, ONE_BY_ONE);
    converge("a");
    goodbye("a");
    converge("b");
    assertThat(targets()).isEqualTo("a2 b2 c1");
  }

  @Test
  void aNodeThatWasStoppedBeforeItsTurnIsLeftOut() {
    goodbye("a");
    push(2, ONE_BY_ONE);
    assertThat(targets()).isEqualTo("a1 b2 c1");
    converge("b");
    converge("c");
    assertThat(rollout().isDone()).isTrue();
    assertThat(why("a")).doesNotContain("for the reason");
  }

  @Test
  void aServerThatWasAwayLongerThanTheDeadlineBlamesNobodyForIt() {
    push(2, ONE_BY_ONE);
    fleet.report("a", Said.by(fleet, "a").state(NodeState.APPLYING, "starts").next());
    fleet.advance(Duration.ofHours(1));

    fleet = fleet.restarted();
    fleet.waves.run();

    assertThat(rollout().progress().failed()).isEmpty();
    converge("a");
    converge("b");
    assertThat(targets()).isEqualTo("a2 b2 c1");
  }

  @Test
  void aCanaryThatOnlyTheStoreSaysIsWellDoesNotLetTheOthersGo() {
    RolloutSpec canary =
        rules(
            new Strategy.Canary(new CanaryNodes.First(1), Duration.ofMinutes(10), true),
            OnHalt.STAY);
    push(2, canary);
    converge("a");
    onlyHeardOf(Duration.ofMinutes(9), "a", "b", "c");
    Instant proven = rollout().progress().gate().provenSince();
    assertThat(proven).isNotNull();

    fleet.clock.advance(Duration.ofMinutes(5));
    fleet = fleet.restarted();
    fleet.model.seen(fleet.record("a").id()); // it lives; what it noted meanwhile is still to come
    fleet.model.seen(fleet.record("b").id());
    fleet.waves.run();
    assertThat(targets()).isEqualTo("a2 b1 c1");
    assertThat(rollout().progress().gate().provenSince()).isEqualTo(proven);
    fail("a");
    assertThat(targets()).isEqualTo("a2 b1 c1");
    assertThat(rollout().isHalted()).isTrue();
  }

  @Test
  void aNodeThatHasNothingToReportAfterAStartIsTakenAtItsOldWordIn45Seconds() {
    push(2, ONE_BY_ONE);
    converge("a");
    fleet = fleet.restarted();
    onlyHeardOf(Duration.ofSeconds(30), "a", "b", "c");
    converge("b");
    assertThat(targets()).isEqualTo("a2 b2 c1");
    onlyHeardOf(Duration.ofSeconds(30), "a", "b", "c");
    assertThat(targets()).isEqualTo("a2 b2 c2");
  }

  @Test
  void nodesWhosePinsEndTogetherAfterAPushGoInTurn() {
    for (String node : List.of("a", "b", "c")) {
      fleet
          .operations
          .pins()
          .pin(
              TestFleet.ADA,
              new NodeName(node),
              new PinView.Request(commit(1).value(), "1h", "a release week", null));
    }
    push(2, ONE_BY_ONE);
    assertThat(targets()).isEqualTo("a1 b1 c1");
    for (int n = 0; n < 125; n++) {
      fleet.converge("a", "b", "c");
      fleet.advance(Duration.ofSeconds(30));
    }
    fleet.operations.pins().expire();
    converge("b", "c");
    assertThat(targets()).isEqualTo("a2 b1 c1");
  }

  @Test
  void theFirstNodeUnpinnedAfterAPushIsTheCanaryOfAllThatWerePinned() {
    RolloutSpec canary =
        rules(
            new Strategy.Canary(
                new CanaryNodes.Matching(Map.of("role", "canary")), Duration.ofMinutes(1), true),
            OnHalt.STAY);
    fleet
        .operations
        .nodes()
        .label(
            TestFleet.ADA, new NodeName("a"), new Requests.Labels(Map.of("role", "canary"), null));
    for (String node : List.of("a", "b", "c")) {
      fleet
          .operations
          .pins()
          .pin(
              TestFleet.ADA,
              new NodeName(node),
              new PinView.Request(commit(1).value(), "1h", "a release week", null));
    }
    push(2, canary);
    for (String node : List.of("b", "a", "c")) {
      fleet.operations.pins().unpin(TestFleet.ADA, new NodeName(node));
      fleet.waves.run();
    }
    assertThat(targets()).isEqualTo("a2 b1 c1");
  }

  @Test
  void aNodeThatWasRemovedAndJoinsAnewHasNothingOfTheOldOne() {
    push(2, ONE_BY_ONE);
    onlyHeardOf(Duration.ofMinutes(20), "a", "b", "c");
    fleet.operations.nodes().remove(TestFleet.ADA, new NodeName("a"));
    fleet.waves.run();
    assertThat(rollout().progress().released()).doesNotContainKey("a");
    onlyHeardOf(Duration.ofMinutes(20), "b", "c");
    fleet.join("a");
    fleet.waves.run();
    assertThat(rollout().progress().failed()).isEmpty();
  }

  @Test
  void aNodeThatJoinsUnderTheNameOfARemovedOneDoesNotRunWhatThatOneTried() {
    push(2, ONE_BY_ONE);
    converge("a");
    push(3, ONE_BY_ONE);
    assertThat(rollout().origin("a")).as("2 has reached nobody else").isEqualTo(commit(2));
    fleet.operations.nodes().remove(TestFleet.ADA, new NodeName("a"));
    fleet.join("a");
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
  }

  @Test
  void inAFreezeTheRolloutDoesNotSayThatTheNextOneGoesNow() {
    fleet
        .holds
        .freezes()
        .freeze(
            TestFleet.ADA, new FreezeView.Request("main", null, "2h", "release week", null, null));
    push(2, ONE_BY_ONE);
    assertThat(fleet.views.rollouts().getFirst().reason())
        .isEqualTo("not reached, or held by somebody: a, b, c; the commit comes when that is over");
  }

  @Test
  void aSupersededRolloutShowsAsDoneOnlyTheWavesThatWere() {
    push(2, ONE_BY_ONE);
    converge("a");
    push(3, ONE_BY_ONE);
    assertThat(fleet.views.rollout(2).orElseThrow().waves())
        .extracting(RolloutView.Wave::state)
        .containsExactly(
            RolloutView.WaveState.DONE,
            RolloutView.WaveState.RUNNING,
            RolloutView.WaveState.WAITING);
  }

  @Test
  void aServerThatHasJustStartedGivesItToNobodyOfWhomItHasNotHeard() {
    fleet.advance(Duration.ofSeconds(30));
    fleet.converge("b", "c");
    fleet.advance(Duration.ofSeconds(20));
    push(2, ONE_BY_ONE);
    fleet.advance(Duration.ofSeconds(1));
    fleet = fleet.restarted();
    converge("b");
    assertThat(targets()).isEqualTo("a1 b2 c1");
    assertThat(rollout().isDone()).isFalse();
    converge("c");
    assertThat(targets()).isEqualTo("a1 b2 c2");
  }

  @Test
  void aServerThatHasJustStartedShowsWavesThatWereDoneAsDone() {
    push(2, ONE_BY_ONE);
    converge("a");
    fleet = fleet.restarted();
    assertThat(fleet.views.rollout(2).orElseThrow().waves())
        .extracting(RolloutView.Wave::state)
        .containsExactly(
            RolloutView.WaveState.DONE,
            RolloutView.WaveState.RUNNING,
            RolloutView.WaveState.WAITING);
  }

  @Test
  void theRestGoesWhenTheCanaryHasRunItForTheWholeHold() {
    push(
        2,
        rules(
            new Strategy.Canary(new CanaryNodes.First(1), Duration.ofSeconds(20), false),
            OnHalt.STAY));
    assertThat(fleet.view("b").reason()).startsWith("waiting: wave 2 of 2 ");
    converge("a");
    assertThat(targets()).isEqualTo("a2 b1 c1");
    fleet.advance(Duration.ofSeconds(20));
    fleet.waves.run();
    assertThat(targets()).isEqualTo("a2 b2 c2");
  }

  @Test
  void twoBranchesRollByThemselves() {
    fleet.commits.push("next", 5);
    fleet.deployments.reconcile();
    fleet.joinTo("next", "n");
    fleet.joinTo("next", "o");
    fleet.start("n", "o");
    converge("n", "o");
    push(2, ONE_BY_ONE);
    fleet.commits.rollout(6, ONE_BY_ONE);
    fleet.commits.push("next", 6);
    fleet.deployments.reconcile();
    fail("a");
    converge("n");
    assertThat(targets()).isEqualTo("a2 b1 c1");
    assertThat(fleet.desired("o").commit()).isEqualTo(commit(6));
    assertThat(branches()).containsExactlyInAnyOrder("main", "next");
  }

  @Test
  void aPinnedNodeIsNoPartOfIt() {
    fleet.commits.tag("v1", 1);
    fleet.pin("a", "v1", "1h");
    push(2, ONE_BY_ONE);
    assertThat(targets()).isEqualTo("a1 b2 c1");
    fleet.operations.pins().unpin(TestFleet.ADA, new NodeName("a"));
    fleet.waves.run();
    assertThat(targets()).as("it comes last, in its turn").isEqualTo("a1 b2 c1");
    converge("a");
    converge("b");
    converge("c");
    assertThat(targets()).isEqualTo("a2 b2 c2");
  }

  @Test
  void aNodeThatAPinGaveTheCommitKeepsItWhenThePinEnds() {
    push(2, ONE_BY_ONE);
    fleet.pin("c", "main", "2h");
    fleet.converge("c");
    assertThat(targets()).isEqualTo("a2 b1 c2");

    fleet.operations.pins().unpin(TestFleet.ADA, new NodeName("c"));

    assertThat(targets()).isEqualTo("a2 b1 c2");
    fleet.converge("c");
    assertThat(fleet.state("c")).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void aNodeThatAPinGaveTheCommitGoesBackWithTheOthers() {
    push(2, rules(new Strategy.Rolling(), OnHalt.ROLLBACK));
    fleet.pin("c", "main", "2h");
    fleet.converge("c");
    fleet.operations.pins().unpin(TestFleet.ADA, new NodeName("c"));
    fail("a");
    assertThat(rollout().isHalted()).isTrue();
    assertThat(targets()).isEqualTo("a1 b1 c1");
  }

  @Test
  void aPinnedNodeIsToldWhatComesAfterItsPinAsSoonAsTheRolloutIsDone() {
    fleet.commits.tag("v1", 1);
    fleet.pin("c", "v1", "2h");
    push(2, ONE_BY_ONE);
    assertThat(fleet.pinOf("c").after().commit()).isEqualTo(commit(1));
    converge("a", "b");
    assertThat(rollout().isDone()).isTrue();
    assertThat(fleet.pinOf("c").after().commit()).isEqualTo(commit(2));
  }

  @Test
  void aRolloutSaysWhomItMissesWhenNobodyElseIsLeft() {
    push(2, ONE_BY_ONE);
    converge("a");
    fleet.advance(Duration.ofMinutes(1));
    fleet.waves.run();
    assertThat(fleet.views.rollouts().getFirst().reason())
        .isEqualTo("not reached, or held by somebody: c; the commit comes when that is over");
  }

  @Test
  void aBarrierSaysWhatItsNodesWaitFor() {
    push(2, rules(new Strategy.Barrier(), OnHalt.STAY));
    assertThat(fleet.views.rollouts().getFirst().reason())
        .isEqualTo(
            commit(2).abbreviated()
                + " goes live on all nodes at once, when those that can be reached are ready");
  }

  @Test
  void aCanaryThatWasRemovedIsInNoWaveAndNoWaveIsEmpty() {
    fleet
        .operations
        .nodes()
        .label(
            TestFleet.ADA, new NodeName("a"), new Requests.Labels(Map.of("role", "canary"), null));
    push(
        2,
        rules(
            new Strategy.Canary(
                new CanaryNodes.Matching(Map.of("role", "canary")), Duration.ZERO, true),
            OnHalt.STAY));
    assertThat(waves()).isEqualTo("canary [a], wave 2 [b], wave 3 [c]");
    fleet.operations.nodes().remove(TestFleet.ADA, new NodeName("a"));
    fleet.waves.run();
    assertThat(waves()).isEqualTo("wave 3 [b], wave 4 [c]");
    assertThat(fleet.view("b").reason()).startsWith("waiting: wave 3 of 4 ");
  }

  private String waves() {
    return fleet.views.rollouts().getFirst().waves().stream()
        .map(wave -> wave.name() + " " + wave.nodes())
        .collect(Collectors.joining(", "));
  }
}
