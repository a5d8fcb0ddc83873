package dev.pullcord.protocol.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeverityTest {
  @ParameterizedTest
  @CsvSource({
    "CONVERGED,GOOD",
    "HELD,HELD",
    "APPLYING,UNDER_WAY",
    "WAITING,UNDER_WAY",
    "FAILED,TROUBLE",
    "ROLLED_BACK,TROUBLE",
    "OFFLINE,TROUBLE",
    "NEVER_SEEN,TROUBLE"
  })
  void oneStateHasOneJudgement(NodeState state, Severity severity) {
    assertThat(Severity.of(state)).isEqualTo(severity);
  }

  @Test
  void whatIsHeldIsWorseThanGoodAndBetterThanAllElse() {
    assertThat(Severity.worst(Stream.of(NodeState.CONVERGED, NodeState.HELD)))
        .isEqualTo(Severity.HELD);
    assertThat(Severity.worst(Stream.of(NodeState.HELD, NodeState.APPLYING)))
        .isEqualTo(Severity.UNDER_WAY);
    assertThat(Severity.worst(Stream.of(NodeState.OFFLINE, NodeState.APPLYING)))
        .isEqualTo(Severity.TROUBLE);
    assertThat(Severity.worst(Stream.of(NodeState.CONVERGED))).isEqualTo(Severity.GOOD);
  }
}
