package dev.pullcord.protocol.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.RolloutView.State;
import dev.pullcord.protocol.api.RolloutView.Wave;
import dev.pullcord.protocol.api.RolloutView.WaveState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person does about a rollout that does not go on. */
class RolloutViewTest {
  private static RolloutView rollout(State state, String strategy, Wave... waves) {
    return new RolloutView(
        7,
        "main",
        new CommitId("ab".repeat(20)),
        strategy,
        state,
        "",
        "ann",
        List.of(waves),
        1,
        3,
        1,
        0);
  }

  private static Wave wave(String name, WaveState state, String... nodes) {
    return new Wave(name, List.of(nodes).stream().map(NodeName::new).toList(), state);
  }

  private static final Wave REST = wave("wave 2", WaveState.WAITING, "web-2", "web-3");

  @Test
  void aCanaryThatFailedHoldsTheOthersAlsoAfterAResume() {
    Wave failed = wave("canary", WaveState.FAILED, "web-1");
    assertThat(rollout(State.HALTED, "canary", failed, REST).next())
        .hasValue(
            "next: push a mended commit; or, to go on all the same: without the canary,"
                + " pullcord promote main; with it, pullcord resume main, then pullcord retry"
                + " web-1");
    assertThat(rollout(State.RUNNING, "canary", failed, REST).next())
        .hasValue(
            "next: pullcord retry web-1; or, to go on without the canary: pullcord promote main");
  }

  @Test
  void whatHaltedBehindItsCanaryGoesOnWithAResume() {
    Wave canary = wave("canary", WaveState.DONE, "web-1");
    Wave failed = wave("wave 2", WaveState.FAILED, "web-2", "web-3");
    assertThat(rollout(State.HALTED, "canary", canary, failed).next())
        .hasValue("next: push a mended commit; or, to go on all the same: pullcord resume main");
    assertThat(rollout(State.HALTED, "rolling", failed, REST).next())
        .hasValue("next: push a mended commit; or, to go on all the same: pullcord resume main");
  }

  @Test
  void aRolloutWithoutItsCanariesBlamesNoOtherWaveAsOne() {
    Wave failed = wave("wave 2", WaveState.FAILED, "web-2");
    Wave waiting = wave("wave 3", WaveState.WAITING, "web-3");
    assertThat(rollout(State.RUNNING, "canary", failed, waiting).next()).isEmpty();
    assertThat(rollout(State.HALTED, "canary", failed, waiting).next())
        .hasValue("next: push a mended commit; or, to go on all the same: pullcord resume main");
    assertThat(rollout(State.RUNNING, "canary").canaryIsOut()).isFalse();
  }

  @Test
  void aCanaryThatFailedHoldsNobodyOnceTheOthersWereLetGo() {
    Wave failed = wave("canary", WaveState.FAILED, "web-1");
    Wave running = wave("wave 2", WaveState.RUNNING, "web-2", "web-3");
    assertThat(rollout(State.RUNNING, "canary", failed, running).canaryIsOut()).isFalse();
    assertThat(rollout(State.RUNNING, "canary", failed, running).next()).isEmpty();
  }

  @Test
  void whatGoesOnByItselfNeedsNobody() {
    Wave canary = wave("canary", WaveState.RUNNING, "web-1");
    assertThat(rollout(State.RUNNING, "canary", canary, REST).next()).isEmpty();
    assertThat(rollout(State.PAUSED, "canary", canary, REST).next())
        .hasValue("next: to go on, pullcord resume main");
  }
}
