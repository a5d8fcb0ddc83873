package dev.pullcord.cli.command.deploy;

import static dev.pullcord.cli.command.deploy.Verdict.CONVERGED;
import static dev.pullcord.cli.command.deploy.Verdict.INCOMPLETE;
import static dev.pullcord.cli.command.deploy.Verdict.UNDERWAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictTest {
  private static List<NodeLine> nodes(String states) {
    return Arrays.stream(states.split(" "))
        .filter(state -> !state.isEmpty())
        .map(state -> {
          boolean again = state.endsWith("*");
          NodeState is = NodeState.valueOf(state.replace("*", ""));
          return new NodeLine(new NodeName("a"), is, "", again);
        })
        .toList();
  }

  /** States, a {@code *} after those that their agent tries again; the verdict; without offline. */
  static Stream<Arguments> rows() {
    return Stream.of(
        Arguments.of("", INCOMPLETE, INCOMPLETE),
        Arguments.of("CONVERGED", CONVERGED, CONVERGED),
        Arguments.of("CONVERGED APPLYING", UNDERWAY, UNDERWAY),
        Arguments.of("CONVERGED WAITING", UNDERWAY, UNDERWAY),
        Arguments.of("CONVERGED FAILED", INCOMPLETE, INCOMPLETE),
        Arguments.of("CONVERGED FAILED*", UNDERWAY, UNDERWAY),
        Arguments.of("CONVERGED ROLLED_BACK", INCOMPLETE, INCOMPLETE),
        Arguments.of("CONVERGED HELD", INCOMPLETE, INCOMPLETE),
        Arguments.of("CONVERGED OFFLINE", INCOMPLETE, CONVERGED),
        Arguments.of("CONVERGED NEVER_SEEN", INCOMPLETE, CONVERGED),
        Arguments.of("OFFLINE", INCOMPLETE, INCOMPLETE),
        Arguments.of("OFFLINE APPLYING", UNDERWAY, UNDERWAY),
        Arguments.of("OFFLINE FAILED", INCOMPLETE, INCOMPLETE));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void nobodyIsWaitedForWhoIsDoneOrAway(String states, Verdict all, Verdict withoutOffline) {
    assertThat(Verdict.of(nodes(states), false)).isEqualTo(all);
    assertThat(Verdict.of(nodes(states), true)).isEqualTo(withoutOffline);
  }
}
