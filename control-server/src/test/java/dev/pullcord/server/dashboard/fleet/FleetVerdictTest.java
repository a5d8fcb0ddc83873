package dev.pullcord.server.dashboard.fleet;

import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.dashboard.Nodes;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.StateSign.Tone;
import dev.pullcord.server.dashboard.fleet.FleetSheet.Verdict;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetVerdictTest {
  private static Verdict of(Nodes... nodes) {
    List<FleetLine> lines = Stream.of(nodes).map(n -> FleetLineReader.of(n.view())).toList();
    Map<StateSign, List<FleetLine>> byState =
        lines.stream()
            .collect(
                Collectors.groupingBy(
                    FleetLine::state, () -> new EnumMap<>(StateSign.class), Collectors.toList()));
    return FleetVerdict.of(lines, byState, 0);
  }

  private static Nodes in(String name, NodeState state) {
    return node(name).state(state, "x", NOW);
  }

  @Test
  void isGoodOnlyWhenEveryNodeIsConverged() {
    assertThat(of(node("a"), node("b")))
        .isEqualTo(
            new Verdict(
                Tone.GOOD,
                "✓",
                "Converged 2/2",
                "Every node runs what it should, seen and healthy.",
                "✓ 2/2",
                List.of()));
    assertThat(of(node("a")).detail()).isEqualTo("The node runs what it should.");
  }

  @Test
  void anEmptyFleetIsNotASuccess() {
    assertThat(of().tone()).isEqualTo(Tone.NONE);
    assertThat(of().headline()).isEqualTo("No node yet");
  }

  @Test
  void aFleetOfSuspendedNodesIsNeitherGoodNorBad() {
    assertThat(FleetVerdict.of(List.of(), Map.of(), 2).tone()).isEqualTo(Tone.NONE);
    assertThat(FleetVerdict.of(List.of(), Map.of(), 2).headline())
        .isEqualTo("Every node is suspended");
  }

  @ParameterizedTest
  @CsvSource({
    "FAILED, BAD, ✗, failed",
    "ROLLED_BACK, BAD, ✗, rolled back",
    "OFFLINE, BAD, ✗, offline",
    "APPLYING, BUSY, ▸, applying",
    "WAITING, BUSY, ▸, waiting",
    "HELD, NONE, ‖, held",
  })
  void oneNodeThatIsNotConvergedSaysWhich(NodeState state, Tone tone, String sign, String word) {
    Verdict verdict = of(node("a"), in("b", state));
    assertThat(verdict.headline()).isEqualTo("1 of 2 converged");
    assertThat(verdict.tone()).isEqualTo(tone);
    assertThat(verdict.sign()).isEqualTo(sign);
    assertThat(verdict.detail()).isEqualTo("b " + word);
    assertThat(verdict.title()).isEqualTo(sign + " 1/2");
  }

  @Test
  void theWorstStateDecidesAndComesFirst() {
    Verdict verdict = of(in("a", NodeState.APPLYING), in("b", NodeState.FAILED));
    assertThat(verdict.tone()).isEqualTo(Tone.BAD);
    assertThat(verdict.detail()).isEqualTo("b failed · a applying");
  }

  @Test
  void onlyTheFirstNodesAreNamed() {
    Nodes[] failed =
        Stream.of("a", "b", "c", "d", "e", "f")
            .map(n -> in(n, NodeState.FAILED))
            .toArray(Nodes[]::new);
    assertThat(of(failed).detail()).isEqualTo("a, b, c, d and 2 more failed: x");
  }

  @Test
  void driftTakesTheGoodAwayFromAFleetThatIsConverged() {
    Verdict verdict = of(node("a"), node("b").drift("x differs"));
    assertThat(verdict.headline()).isEqualTo("Converged 2/2, 1 drifted");
    assertThat(verdict.tone()).isEqualTo(Tone.BUSY);
    assertThat(verdict.detail()).endsWith("as it was committed on b.");
    assertThat(of(in("a", NodeState.FAILED), node("b").drift("x differs")).headline())
        .as("what is not converged weighs more")
        .isEqualTo("1 of 2 converged");
  }

  @Test
  void theBarHasEachStateOnceAndIsFull() {
    List<FleetSheet.Part> parts =
        FleetBar.of(
            List.of(
                new FleetSheet.Count(StateSign.FAILED, 1),
                new FleetSheet.Count(StateSign.WAITING, 1),
                new FleetSheet.Count(StateSign.CONVERGED, 1)),
            3);
    assertThat(parts)
        .extracting(FleetSheet.Part::state)
        .as("what is well comes first")
        .containsExactly(StateSign.CONVERGED, StateSign.WAITING, StateSign.FAILED);
    FleetSheet.Part last = parts.getLast();
    assertThat(last.x() + last.width()).isCloseTo(100, Offset.offset(0.05));
  }
}
