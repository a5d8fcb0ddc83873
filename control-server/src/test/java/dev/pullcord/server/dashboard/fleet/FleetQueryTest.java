package dev.pullcord.server.dashboard.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.dashboard.FakeFleet;
import dev.pullcord.server.dashboard.Nodes;
import dev.pullcord.server.dashboard.StateSign;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FleetQueryTest {
  @Test
  void nothingAskedForIsEverythingInOneGroup() {
    FleetQuery query = FleetQuery.parse(null, "", " ");
    assertThat(query).isEqualTo(FleetQuery.ALL);
    assertThat(query.narrows()).isFalse();
    assertThat(query.problem()).isNull();
    assertThat(query.chosen().matches(Map.of())).isTrue();
  }

  @ParameterizedTest
  @EnumSource(StateSign.class)
  void everyStateHasANameThatIsRead(StateSign state) {
    FleetQuery query = FleetQuery.parse(null, state.wireName(), null);
    assertThat(query.states()).containsExactly(state);
    assertThat(query.shows(state)).isTrue();
    assertThat(query.stateNames()).isEqualTo(state.wireName());
  }

  @ParameterizedTest
  @EnumSource(StateSign.class)
  void notConvergedIsEveryOtherState(StateSign state) {
    FleetQuery query = FleetQuery.parse(null, FleetQuery.NOT_CONVERGED, null);
    assertThat(query.problem()).isNull();
    assertThat(query.shows(state)).isEqualTo(state != StateSign.CONVERGED);
  }

  @Test
  void statesAndLabelsNarrowTogether() {
    FleetQuery query = FleetQuery.parse(" role=grep ", "failed, offline", "dc");
    assertThat(query.narrows()).isTrue();
    assertThat(query.group()).isEqualTo("dc");
    assertThat(query.selector()).as("as it is shown in the form").isEqualTo("role=grep");
    assertThat(query.stateNames()).isEqualTo("failed offline");
    assertThat(query.chosen().matches(Map.of("role", "grep"))).isTrue();
    assertThat(query.chosen().matches(Map.of("role", "beat"))).isFalse();
    assertThat(query.shows(StateSign.CONVERGED)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, broken, 'state: \"broken\" is none'",
        "-, 'failed,', state:",
        "role=, - , -",
        "'=x', -, 'selector, character 1'",
        "'a=b,,c', -, 'selector, character 5'",
      })
  void aSlipSelectsNothingAndSaysWhy(
      @Nullable String selector, @Nullable String state, @Nullable String problem) {
    FleetQuery query = FleetQuery.parse(selector, state, null);
    if (problem == null) {
      assertThat(query.problem()).isNull();
    } else {
      assertThat(query.problem()).contains(problem);
      assertThat(FleetView.of(sheet(), query).selected()).isZero();
    }
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThat(FleetQuery.parse("=x", "broken", null).problem())
        .contains("state: \"broken\" is none")
        .contains("selector, character 1");
  }

  @Test
  void whatIsTooLongIsCut() {
    assertThat(FleetQuery.parse(null, null, "x".repeat(5000)).group()).hasSize(1000);
  }

  private static FleetSheet sheet() {
    FakeFleet fleet = new FakeFleet();
    fleet.put(Nodes.node("a").view());
    return new FleetPage(fleet).read();
  }
}
