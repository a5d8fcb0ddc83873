package dev.pullcord.server.dashboard.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.action.RunList;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run in a list and at the head of its page. */
class RunRowTest {
  private static RunRow row(RunState state, @Nullable String cancelledBy, RunState... nodes) {
    return new RunRow(
        RunList.RunSummary.of(
            new RunView(
                12,
                "clear_cache",
                Map.of("days", "7", "at", "noon"),
                state,
                "ada",
                Instant.EPOCH,
                null,
                new RunView.Terms(null, 1, null, Instant.EPOCH),
                cancelledBy,
                Arrays.stream(nodes).map(RunRowTest::node).toList())));
  }

  private static RunView.NodeRun node(RunState state) {
    return new RunView.NodeRun(new NodeName("a"), state, null, null, "", false, null, "", 0);
  }

  @ParameterizedTest
  @EnumSource(RunState.class)
  void eachStateHasASignAWordAndAColourOfANode(RunState state) {
    RunSign sign = row(state, null).sign();

    assertThat(sign.word()).isEqualTo(state.word());
    assertThat(sign.sign()).hasSize(1);
    assertThat(sign.css()).startsWith("s-");
  }

  /** Somebody who cannot tell colours apart tells states apart. */
  @Test
  void noTwoStatesHaveTheSameSign() {
    assertThat(EnumSet.allOf(RunSign.class).stream().map(RunSign::sign).collect(Collectors.toSet()))
        .hasSize(RunState.values().length);
  }

  @Test
  void whatFailedStandsFirstAndWhatIsDoneLast() {
    assertThat(RunSign.values()[0]).isEqualTo(RunSign.FAILED);
    assertThat(RunSign.values()[RunSign.values().length - 1]).isEqualTo(RunSign.DONE);
  }

  @Test
  void theSumNamesOnlyWhatThereIs() {
    assertThat(row(RunState.DONE, null, RunState.DONE, RunState.DONE).sum()).isEqualTo("ok 2/2");
    assertThat(row(RunState.RUNNING, null, RunState.DONE, RunState.FAILED, RunState.WAITING).sum())
        .isEqualTo("ok 1/3; failed 1; waiting 1");
  }

  @Test
  void whatDidNotEndWellCanBeRunAgainWithTheSameValuesOnceItIsOver() {
    RunRow over = row(RunState.FAILED, null, RunState.DONE, RunState.FAILED, RunState.UNKNOWN);
    assertThat(over.toRunAgain()).hasSize(2);
    assertThat(over.lines().lines()).containsExactlyInAnyOrder("days=7", "at=noon");
    assertThat(row(RunState.RUNNING, null, RunState.FAILED, RunState.RUNNING).toRunAgain())
        .isEmpty();
  }

  @Test
  void itIsCalledByItsActionAndValuesInOrder() {
    assertThat(row(RunState.DONE, null).call()).isEqualTo("clear_cache at=noon days=7");
  }

  @Test
  void onlyWhatIsNotOverAndNotCancelledCanBeCancelled() {
    assertThat(row(RunState.RUNNING, null).commands())
        .containsExactly("pullcord runs show 12", "pullcord runs cancel 12");
    assertThat(row(RunState.RUNNING, "ben").commands()).containsExactly("pullcord runs show 12");
    assertThat(row(RunState.FAILED, null).commands()).containsExactly("pullcord runs show 12");
  }
}
