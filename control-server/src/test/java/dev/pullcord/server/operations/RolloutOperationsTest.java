package dev.pullcord.server.operations;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.pullcord.protocol.api.RolloutAct;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.api.RolloutView.State;
import dev.pullcord.protocol.api.RolloutView.WaveState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.refusal.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators order of a rollout, and what they are shown of it. */
class RolloutOperationsTest {
  @TempDir private Path directory;
  private TestFleet fleet;

  @BeforeEach
  void oneOfThreeNodesHasTheCommit() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.join("a", "b", "c");
    fleet.start("a", "b", "c");
    fleet.deployments.reconcile();
    fleet.converge("a", "b", "c");
    push(2, RolloutSpec.OnHalt.ROLLBACK);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private void push(int n, RolloutSpec.OnHalt onHalt) {
    fleet.commits.rollout(
        n,
        new RolloutSpec(
            new RolloutSpec.Strategy.Rolling(),
            new NodeShare(1, false),
            0,
            onHalt,
            Duration.ofMinutes(30)));
    fleet.commits.push("main", n);
    fleet.deployments.reconcile();
    fleet.waves.run();
  }

  private RolloutView order(RolloutAct act, @Nullable String reason) {
    return order(act, reason, null);
  }

  private RolloutView order(RolloutAct act, @Nullable String reason, @Nullable CommitId meant) {
    RolloutView now =
        fleet
            .operations
            .rollouts()
            .order(TestFleet.ADA, "main", act, new RolloutView.Request(reason, meant));
    fleet.waves.run();
    return now;
  }

  @Test
  void anOrderAboutACommitThatANewerOneTookThePlaceOfIsRefused() {
    assertThatThrownBy(() -> order(RolloutAct.PROMOTE, null, FakeCommits.commit(1)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("meanwhile")
        .hasMessageContaining("pullcord rollout main");
    RolloutView now = shown();
    assertThat(order(RolloutAct.PAUSE, "odd", now.commit()).state()).isEqualTo(State.PAUSED);
  }

  private RolloutView shown() {
    return fleet.views.rollouts().getFirst();
  }

  private void converge(String node) {
    fleet.converge(node);
    fleet.waves.run();
  }

  @Test
  void theRolloutIsShownWaveByWave() {
    assertThat(shown().waves())
        .extracting(RolloutView.Wave::name, RolloutView.Wave::state)
        .containsExactly(
            tuple("wave 1", WaveState.RUNNING),
            tuple("wave 2", WaveState.WAITING),
            tuple("wave 3", WaveState.WAITING));
    assertThat(shown().released()).isEqualTo(1);
    assertThat(shown().members()).isEqualTo(3);
    assertThat(shown().by()).isEqualTo("ada");
    assertThat(shown().reason()).isEqualTo("1 of 1 that may be unavailable: a");
  }

  @Test
  void whilePausedNobodyElseGetsItAndEverybodySaysWhy() {
    RolloutView paused = order(RolloutAct.PAUSE, "looks odd");
    assertThat(paused.state()).isEqualTo(State.PAUSED);
    converge("a");
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(1));
    assertThat(fleet.view("b").reason())
        .isEqualTo(
            "waiting: the rollout of %s is paused by %s: looks odd"
                .formatted(commit(2).abbreviated(), TestFleet.ADA.owner()));
    order(RolloutAct.RESUME, null);
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(2));
  }

  @Test
  void ofTwoOrdersTheSecondIsJudgedByWhatTheFirstHasMade() {
    order(RolloutAct.PAUSE, "looks odd");
    assertThatThrownBy(() -> order(RolloutAct.PROMOTE, null))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("paused by")
        .hasMessageContaining("pullcord resume main, then pullcord promote main");
    assertThat(shown().state()).isEqualTo(State.PAUSED);
  }

  @Test
  void everyOrderIsInTheAudit() {
    order(RolloutAct.PAUSE, "looks odd");
    order(RolloutAct.RESUME, null);
    assertThat(fleet.audited("rollout.pause").orElseThrow().after())
        .isEqualTo(commit(2).abbreviated() + ": looks odd");
    assertThat(fleet.audited("rollout.resume").orElseThrow().before()).isEqualTo("paused");
  }

  @Test
  void aRolloutThatWentBackBeginsAnewWhenItIsResumed() {
    converge("a");
    fleet.report("b", Said.by(fleet, "b").state(NodeState.ROLLED_BACK, "check exited 1").next());
    fleet.waves.run();
    assertThat(shown().state()).isEqualTo(State.HALTED);
    assertThat(shown().failed()).isEqualTo(1);
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    order(RolloutAct.RESUME, null);
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(fleet.desired("b").commit()).as("its turn has not come").isEqualTo(commit(1));
  }

  @Test
  void whatReachedEveryoneAtOnceCannotBeSteered() {
    fleet.commits.push("main", 3);
    fleet.deployments.reconcile();
    assertThatThrownBy(() -> order(RolloutAct.PAUSE, "x"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("reached all of its nodes at once");
    assertThat(shown().strategy()).isEqualTo("all");
    assertThat(fleet.views.rollout(2).orElseThrow().state()).isEqualTo(State.SUPERSEDED);
  }

  @Test
  void aReasonIsAskedForAndABranchThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> order(RolloutAct.PAUSE, " ")).hasMessageContaining("reason");
    assertThatThrownBy(() ->
            fleet
                .operations
                .rollouts()
                .order(
                    TestFleet.ADA, "gone", RolloutAct.RESUME, new RolloutView.Request(null, null)))
        .hasMessageContaining("gone");
    assertThat(List.copyOf(fleet.views.rollouts())).hasSize(1);
  }
}
