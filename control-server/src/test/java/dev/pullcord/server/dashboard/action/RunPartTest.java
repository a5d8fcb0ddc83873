package dev.pullcord.server.dashboard.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.id.NodeName;
import org.junit.jupiter.api.Test;

/** What several nodes of a run have in common. */
class RunPartTest {
  private static RunPart part(String node, RunState state, String reason, String output) {
    return RunPart.of(
        new RunView.NodeRun(
            new NodeName(node), state, null, 7L, reason, false, null, output, output.length()));
  }

  @Test
  void partsThatFailedWithTheSameWordsAreOneFailure() {
    RunPart first = part("a", RunState.FAILED, "exited 3", "it is locked");
    assertThat(first.alike(part("b", RunState.FAILED, "exited 3", "it is locked"))).isTrue();
    assertThat(first.alike(part("b", RunState.FAILED, "exited 4", "it is locked"))).isFalse();
    assertThat(first.alike(part("b", RunState.FAILED, "exited 3", "no disk"))).isFalse();
    assertThat(first.alike(part("b", RunState.REFUSED, "exited 3", "it is locked"))).isFalse();
  }

  @Test
  void partsThatAreDoneHaveEachItsOwnPlace() {
    RunPart done = part("a", RunState.DONE, "", "marked");
    assertThat(done.alike(part("b", RunState.DONE, "", "marked"))).isFalse();
  }
}
