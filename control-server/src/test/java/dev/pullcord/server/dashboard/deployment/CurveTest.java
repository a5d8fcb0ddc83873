package dev.pullcord.server.dashboard.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.dashboard.deployment.Curve.Data;
import dev.pullcord.server.dashboard.deployment.Curve.Mark;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CurveTest {
  @Test
  void percentilesCountTheNodesThatAreNotThereYet() {
    Curve curve = new Curve(List.of(1000L, 2000L, 12_000L), 4, 20_000L);
    assertThat(curve.p50()).isEqualTo("2.0s");
    assertThat(curve.p95()).isNull();
    assertThat(curve.last()).isNull();
  }

  @Test
  void theLastNodeIsTheHundredthPercentile() {
    Curve curve =
        new Curve(LongStream.rangeClosed(1, 20).map(n -> n * 1000).boxed().toList(), 20, null);
    assertThat(curve.p50()).isEqualTo("10s");
    assertThat(curve.p95()).isEqualTo("19s");
    assertThat(curve.last()).isEqualTo("20s");
    assertThat(curve.shares())
        .extracting(Curve.Share::nodes)
        .containsExactly(2, 5, 10, 15, 18, 19, 20);
  }

  @Test
  void whoJoinedAfterThePushCountsFromThen() {
    Instant push = Instant.parse("2026-01-01T00:00:00Z");
    DeploymentView deployment =
        new DeploymentView(
            1,
            new CommitId("ab".repeat(20)),
            null,
            "main",
            "s",
            "a",
            "p",
            DeploymentView.State.CONVERGED,
            push,
            null,
            null,
            Map.of(),
            List.of(
                member("a", push.plusSeconds(2), push),
                member("b", push.plusSeconds(3603), push.plusSeconds(3600)),
                member("c", push.plusSeconds(4), push.minusSeconds(9)),
                member("d", push.plusSeconds(5), null)),
            null,
            Map.of(),
            null,
            null);

    assertThat(Curve.of(deployment, push.plusSeconds(9000)).millis())
        .containsExactly(2000L, 3000L, 4000L, 5000L);
  }

  private static DeploymentView.Member member(String name, Instant at, @Nullable Instant joined) {
    NodeName node = new NodeName(name);
    return new DeploymentView.Member(node, NodeState.CONVERGED, "", null, at, joined, null);
  }

  @Test
  void withoutNodesThereIsNoPercentile() {
    Curve curve = new Curve(List.of(), 0, null);
    assertThat(curve.p50()).isNull();
    assertThat(curve.last()).isNull();
  }

  @Test
  void theCurveBeginsAtThePushAndGoesOnWhileItRuns() throws Exception {
    Data data = data(new Curve(List.of(1000L, 3000L), 4, 5000L));
    assertThat(data.seconds()).containsExactly(0.0, 1.0, 3.0, 5.0);
    assertThat(data.nodes()).containsExactly(0, 1, 2, 2);
    assertThat(data.members()).isEqualTo(4);
    assertThat(data.marks()).containsExactly(new Mark("p50", 3.0));
  }

  @Test
  void aFewNodesThatWereQuickAreNotDrawnHoweverLongTheLastIsWaitedFor() {
    assertThat(new Curve(List.of(900L, 1300L), 3, 600_000L).drawn()).isFalse();
    assertThat(new Curve(List.of(900L, 31_000L), 3, null).drawn()).isTrue();
    assertThat(new Curve(List.of(900L), 20, null).drawn()).isTrue();
  }

  @Test
  void aLargeFleetIsDrawnWithAPartOfItsPointsAndAlwaysItsLast() throws Exception {
    Data data = data(new Curve(LongStream.rangeClosed(1, 5000).boxed().toList(), 5000, null));
    assertThat(data.seconds()).hasSizeLessThanOrEqualTo(402);
    assertThat(data.nodes().getLast()).isEqualTo(5000);
  }

  private static Data data(Curve curve) throws Exception {
    return PullcordJson.wire().readValue(curve.json(), Data.class);
  }
}
