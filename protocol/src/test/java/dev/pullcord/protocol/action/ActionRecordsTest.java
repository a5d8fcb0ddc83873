package dev.pullcord.protocol.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The words, the order and the defaults of what goes over the wire. */
class ActionRecordsTest {
  private static final CommitId COMMIT = new CommitId("ab".repeat(20));

  @ParameterizedTest
  @EnumSource(RunState.class)
  void aStateIsOneWordOnTheWireAndComesBack(RunState state) throws Exception {
    assertThat(PullcordJson.write(state)).isEqualTo("\"" + state.word() + "\"");
    assertThat(PullcordJson.read("\"" + state.word() + "\"", RunState.class)).isEqualTo(state);
  }

  @Test
  void onlyWhatWaitsOrRunsHasNotEnded() {
    assertThat(RunState.values())
        .filteredOn(state -> !state.ended())
        .containsExactly(RunState.WAITING, RunState.RUNNING);
  }

  @Test
  void anOrderComesBackAsItWas() throws Exception {
    ActionOrder order =
        new ActionOrder("k1", "clear_cache", COMMIT, Map.of("days", "7"), 5_000, null);

    assertThat(PullcordJson.read(PullcordJson.write(order), ActionOrder.class)).isEqualTo(order);
  }

  /** What is left out on the wire is nothing, and not a fault of a later step. */
  @Test
  void anOrderWithoutParametersHasNone() throws Exception {
    String wire =
        """
        {"key":"k1","action":"clear_cache","commit":"%s","startWithinMillis":5000}
        """
            .formatted(COMMIT.value());

    assertThat(PullcordJson.read(wire, ActionOrder.class).parameters()).isEmpty();
  }

  @Test
  void parametersAreInOneOrderWhateverOrderTheyCameIn() {
    Map<String, String> typed = new HashMap<>();
    for (String name : List.of("zone", "days", "host", "age")) {
      typed.put(name, "1");
    }
    ActionOrder order = new ActionOrder("k1", "a", COMMIT, typed, 0, null);
    typed.put("later", "2");

    assertThat(order.parameters().keySet()).containsExactly("age", "days", "host", "zone");
  }

  @Test
  void aRunIsNotChangedByWhoeverMadeIt() {
    List<RunView.NodeRun> nodes = new ArrayList<>();
    RunView run =
        new RunView(
            1,
            "a",
            Map.of(),
            RunState.WAITING,
            "ada",
            Instant.EPOCH,
            null,
            new RunView.Terms(null, 1, null, Instant.EPOCH),
            null,
            nodes);

    assertThatThrownBy(() -> run.nodes().clear()).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> run.parameters().put("a", "b"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** A piece fits a request, and some pieces fit what is kept. */
  @Test
  void aPieceOfOutputIsASmallPartOfWhatIsKept() {
    assertThat(ActionReports.PIECE_MAX).isLessThanOrEqualTo(ActionReports.OUTPUT_MAX / 8);
  }
}
