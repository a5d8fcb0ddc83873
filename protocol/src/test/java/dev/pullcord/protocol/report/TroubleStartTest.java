package dev.pullcord.protocol.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TroubleStartTest {
  private static final Instant T = Instant.parse("2026-01-01T12:00:00Z");
  private final TroubleStart trouble = new TroubleStart();

  @Test
  void triesInBetweenDoNotEndAFailure() {
    assertThat(trouble.state(NodeState.FAILED, "a", T)).isEqualTo(T);
    assertThat(trouble.state(NodeState.APPLYING, "a", T.plusSeconds(60)))
        .isEqualTo(T.plusSeconds(60));
    assertThat(trouble.state(NodeState.FAILED, "a", T.plusSeconds(61))).isEqualTo(T);
  }

  @Test
  void whatWentWellOrIsAboutSomethingElseDoes() {
    trouble.state(NodeState.FAILED, "a", T);
    assertThat(trouble.state(NodeState.FAILED, "b", T.plusSeconds(1))).isEqualTo(T.plusSeconds(1));
    trouble.state(NodeState.CONVERGED, "b", T.plusSeconds(2));
    assertThat(trouble.state(NodeState.FAILED, "b", T.plusSeconds(3))).isEqualTo(T.plusSeconds(3));
  }
}
