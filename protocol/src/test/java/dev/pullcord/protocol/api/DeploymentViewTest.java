package dev.pullcord.protocol.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.DeploymentView.Outcome;
import dev.pullcord.protocol.api.DeploymentView.State;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeploymentViewTest {
  private static final Instant T = Instant.parse("2026-01-01T12:00:00Z");
  private static final CommitId NEXT = new CommitId("8be9a33" + "0".repeat(33));

  private static DeploymentView view(
      State state,
      Map<String, Integer> nodes,
      @Nullable Outcome outcome,
      Map<String, Integer> now,
      @Nullable CommitId next) {
    return new DeploymentView(
        1,
        new CommitId("ab".repeat(20)),
        null,
        "main",
        "s",
        "a",
        "p",
        state,
        T,
        null,
        next == null ? null : 2L,
        nodes,
        List.of(),
        outcome,
        now,
        next,
        null);
  }

  @Test
  void saysHowItEndedAndWhatCameThen() {
    Outcome all = new Outcome(State.CONVERGED, 6, 6, T.plusMillis(2100));
    DeploymentView converged = view(State.SUPERSEDED, Map.of("converged", 6), all, Map.of(), NEXT);
    assertThat(converged.told()).isEqualTo("converged 6/6 in 2.1s, then 8be9a33");
    assertThat(converged.severity()).isEqualTo(Severity.GOOD);

    Outcome none = new Outcome(State.SUPERSEDED, 0, 6, T.plusSeconds(3));
    DeploymentView overtaken = view(State.SUPERSEDED, Map.of("waiting", 6), none, Map.of(), NEXT);
    assertThat(overtaken.told()).isEqualTo("superseded 0/6 after 3.0s by 8be9a33");
    assertThat(overtaken.severity()).isEqualTo(Severity.HELD);
  }

  @Test
  void saysHowItsNodesAreNowOnlyWhereThatIsOtherwise() {
    Outcome all = new Outcome(State.CONVERGED, 2, 2, T.plusSeconds(2));
    Map<String, Integer> two = Map.of("converged", 2);
    assertThat(view(State.CONVERGED, two, all, two, null).toldNow()).isEmpty();
    assertThat(view(State.CONVERGED, two, all, Map.of("offline", 1), null).toldNow())
        .isEqualTo("now 1 offline");
    assertThat(view(State.CONVERGED, two, all, Map.of(), null).toldNow())
        .isEqualTo("now on no node");
    assertThat(view(State.RUNNING, Map.of(), null, Map.of(), null).told())
        .isEqualTo("running, no node");
  }

  @Test
  void whatWaitsForAHeldNodeIsNoTrouble() {
    Map<String, Integer> held = Map.of("converged", 1, "held", 1);
    assertThat(view(State.INCOMPLETE, held, null, held, null).severity()).isEqualTo(Severity.HELD);
    Map<String, Integer> failed = Map.of("held", 1, "failed", 1);
    assertThat(view(State.INCOMPLETE, failed, null, failed, null).severity())
        .isEqualTo(Severity.TROUBLE);
  }
}
