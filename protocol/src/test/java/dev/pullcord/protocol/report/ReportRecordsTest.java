package dev.pullcord.protocol.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReportRecordsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @EnumSource
  void aStateIsReadAsItIsWritten(NodeState state) {
    assertThat(NodeState.of(state.wireName())).isEqualTo(state);
    assertThat(state.wireName()).matches("[a-z-]+");
  }

  @ParameterizedTest
  @EnumSource
  void aPhaseIsReadAsItIsWritten(GenerationPhase phase) {
    assertThat(GenerationPhase.of(phase.wireName())).isEqualTo(phase);
  }

  @Test
  void aWordThatIsNoStateIsRefused() {
    assertThatThrownBy(() -> NodeState.of("fine")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GenerationPhase.of("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStepThatIsUnderWayChangesByWhatItSays() {
    UnderWay step =
        new UnderWay(
            3,
            1,
            new CommitId("ab".repeat(20)),
            StepRecord.Kind.CHECK,
            "bin/check",
            NOW,
            1000,
            "",
            new ArrayList<>());
    UnderWay later = step.later(500).with("bin/check all", "ok\n", List.of());

    assertThat(later.forMillis()).isEqualTo(1500);
    assertThat(later.subject()).isEqualTo("bin/check all");
    assertThat(later.output()).isEqualTo("ok\n");
    assertThat(later.pass()).isEqualTo(step.pass());
    assertThat(later.startedAt()).isEqualTo(NOW);
    assertThatThrownBy(() -> later.done().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aProofThatIsNoneBeginsWithTheWord() {
    assertThat(new WorkerStatus(null, "unproven: its status says so", List.of()).unproven())
        .isTrue();
    assertThat(new WorkerStatus(null, "pid 7 started then", List.of()).unproven()).isFalse();
  }
}
