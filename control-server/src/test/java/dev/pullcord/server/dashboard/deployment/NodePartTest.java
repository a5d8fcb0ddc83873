package dev.pullcord.server.dashboard.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodePartTest {
  private static final Instant PUSH = Instant.parse("2026-01-01T00:00:00Z");

  private static DeploymentView.Member member(String name, long joined, long converged) {
    return new DeploymentView.Member(
        new NodeName(name),
        NodeState.CONVERGED,
        "",
        null,
        PUSH.plusSeconds(converged),
        PUSH.plusSeconds(joined),
        null);
  }

  @Test
  void whoJoinedLateIsNotTakenForTheSlowest() {
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
            PUSH,
            null,
            null,
            Map.of(),
            List.of(member("late", 3600, 3602), member("slow", 0, 9), member("quick", 0, 3)),
            null,
            Map.of(),
            null,
            null);

    assertThat(NodePart.tookAll(deployment, deployment.members())).isEqualTo("in 2.0s to 9.0s");
  }
}
