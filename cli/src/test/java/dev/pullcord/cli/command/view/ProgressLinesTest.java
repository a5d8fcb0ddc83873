package dev.pullcord.cli.command.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.PlainText;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
  private final List<StyledLine> told = new ArrayList<>();
  private final ProgressLines progress = new ProgressLines(Signs.ASCII, told::add);

  private List<String> look(int seconds, NodeLine... nodes) {
    told.clear();
    progress.look(Duration.ofSeconds(seconds), List.of(nodes));
    return PlainText.of(told);
  }

  private static NodeLine node(String name, NodeState state, String reason) {
    return new NodeLine(new NodeName(name), state, reason, false);
  }

  @Test
  void tellsAtFirstWhoIsNotThereYetAndThenWhatChanged() {
    NodeLine done = node("a", NodeState.CONVERGED, "");
    assertThat(look(0, done, node("grep-1", NodeState.WAITING, "waiting")))
        .containsExactly("  0.00s  ~ grep-1  waiting");
    assertThat(look(1, done, node("grep-1", NodeState.WAITING, "waiting"))).isEmpty();
    assertThat(look(2, done, node("grep-1", NodeState.APPLYING, "staging")))
        .containsExactly("   2.0s  ~ grep-1  applying: staging");
    assertThat(look(3, done, node("grep-1", NodeState.CONVERGED, "")))
        .containsExactly("   3.0s  + grep-1  converged");
  }

  @Test
  void saysAfterASilenceThatItStillWaits() {
    NodeLine away = node("a", NodeState.OFFLINE, "gone");
    assertThat(look(0, away)).hasSize(1);
    assertThat(look(14, away)).isEmpty();
    assertThat(look(15, away)).containsExactly("    15s  still waiting, converged 0/1");
    assertThat(look(16, away)).isEmpty();
  }
}
