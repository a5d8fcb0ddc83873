package dev.pullcord.server.dashboard.fleet;

import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.dashboard.FakeFleet;
import dev.pullcord.server.dashboard.fleet.FleetView.Group;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetViewTest {
  private final FakeFleet fleet = new FakeFleet();

  @Test
  void aSmallFleetHasARowForEveryNode() {
    some(3);
    FleetView view = view(null, null, null);
    assertThat(view.all()).isTrue();
    assertThat(view.rows()).hasSize(3);
    assertThat(view.size()).isEqualTo("named");
  }

  @Test
  void aLargeFleetHasACellForEveryNodeAndRowsForThoseOfNote() {
    some(5000);
    fleet.put(node("n0007").state(NodeState.FAILED, "why", NOW).view());
    fleet.put(node("n0008").pin("try", "tomas", "measure it", NOW).view());
    FleetView view = view(null, null, null);
    assertThat(view.groups().getFirst().nodes()).hasSize(5000);
    assertThat(view.rows()).extracting(FleetLine::name).containsExactly("n0007", "n0008");
    assertThat(view.size()).isEqualTo("small");
  }

  @Test
  void rowsBeyondTheBoundAreCounted() {
    for (int i = 0; i < 500; i++) {
      fleet.put(node("n%04d".formatted(i)).state(NodeState.OFFLINE, "away", NOW).view());
    }
    FleetView view = view(null, null, null);
    assertThat(view.rows()).hasSize(FleetView.ROWS_MAX);
    assertThat(view.more()).isEqualTo(500 - FleetView.ROWS_MAX);
  }

  @Test
  void groupsAreTheValuesOfALabelAndWhoHasNoneComesLast() {
    fleet.put(node("a").labels(Map.of("dc", "sea")).view());
    fleet.put(node("b").labels(Map.of("dc", "fra")).view());
    fleet.put(node("c").labels(Map.of()).view());
    FleetView view = view(null, null, "dc");
    assertThat(view.groups())
        .extracting(Group::name)
        .containsExactly("dc=fra", "dc=sea", "without dc");
    assertThat(view.keys()).containsExactly("dc");
  }

  @Test
  void aSuspendedNodeIsInNoCountOfItsGroup() {
    fleet.put(node("a").view());
    fleet.put(
        node("b")
            .state(NodeState.FAILED, "why", NOW)
            .suspended(new SuspensionView("ann", "a new disk", NOW, NOW.plusSeconds(60)))
            .view());
    Group all = view(null, null, null).groups().getFirst();
    assertThat(all.nodes()).hasSize(2);
    assertThat(all.counted()).isEqualTo(1);
    assertThat(all.converged()).isEqualTo(1);
  }

  @Test
  void theMapIsForLargeFleetsAndForWhoeverAsksForIt() {
    fleet.put(node("a").labels(Map.of("dc", "sea")).view());
    assertThat(view(null, null, null).map()).isFalse();
    assertThat(view(null, null, "dc").map()).isTrue();
    for (int i = 0; i < FleetView.ALL_MAX; i++) {
      fleet.put(node("n" + i).view());
    }
    assertThat(view(null, null, null).map()).isTrue();
  }

  @Test
  void aSelectorLeavesCellsOutAndAStateHidesThem() {
    fleet.put(node("a").labels(Map.of("dc", "sea")).view());
    fleet.put(node("b").labels(Map.of("dc", "sea")).state(NodeState.FAILED, "why", NOW).view());
    fleet.put(node("c").labels(Map.of("dc", "fra")).view());
    FleetView view = view("dc=sea", "failed", null);
    assertThat(view.selected()).isEqualTo(2);
    assertThat(view.shown()).isEqualTo(1);
    assertThat(view.rows()).extracting(FleetLine::name).containsExactly("b");
  }

  @ParameterizedTest
  @CsvSource({
    "'a b', , 'selector, character 1: \"a b\"'",
    ", 'failed,blue', 'state: \"blue\" is none'",
  })
  void whatCannotBeReadSelectsNothingAndSaysWhy(String selector, String state, String problem) {
    some(2);
    FleetView view = view(selector, state, null);
    assertThat(view.query().problem()).contains(problem);
    assertThat(view.groups()).isEmpty();
    assertThat(view.rows()).isEmpty();
  }

  private void some(int nodes) {
    for (int i = 0; i < nodes; i++) {
      fleet.put(node("n%04d".formatted(i)).view());
    }
  }

  private FleetView view(
      @Nullable String selector, @Nullable String state, @Nullable String group) {
    return FleetView.of(new FleetPage(fleet).read(), FleetQuery.parse(selector, state, group));
  }
}
