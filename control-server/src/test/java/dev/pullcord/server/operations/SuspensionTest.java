package dev.pullcord.server.operations;

import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.audit.AuditSentences;
import dev.pullcord.server.refusal.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuspensionTest {
  private static final NodeName A = new NodeName("a");

  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a", "b", "c");
    fleet.start("a", "b", "c");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private void suspend(String node, String duration) {
    fleet
        .operations
        .suspensions()
        .suspend(ADA, new NodeName(node), new SuspensionView.Request(duration, " new disk "));
  }

  private DeploymentView deployment() {
    return fleet.views.deployment(fleet.deployment("b")).orElseThrow();
  }

  private Fleet.Ref main() {
    return fleet.views.summary().refs().getFirst();
  }

  private @Nullable Refusal refused(Runnable operation) {
    return catchThrowableOfType(Refusal.class, operation::run);
  }

  @Test
  void aSuspendedNodeSaysByWhomWhyAndUntilWhen() {
    suspend("a", "2d");

    SuspensionView it = Objects.requireNonNull(fleet.view("a").suspension());
    assertThat(it)
        .isEqualTo(
            new SuspensionView(
                "ada",
                "new disk",
                fleet.clock.instant(),
                fleet.clock.instant().plus(Duration.ofDays(2))));
    assertThat(fleet.view("a").why())
        .contains("It is suspended by ada until 2026-01-03T00:00:00Z (new disk)")
        .endsWith("pullcord resume-node a.");
    assertThat(AuditSentences.of(fleet.audited("suspend").orElseThrow()))
        .isEqualTo("ada suspended a for 2d: new disk");
  }

  @Test
  void aSuspendedNodeIsInNoCountAndStillInTheListOfNodes() {
    fleet.converge("b", "c");
    fleet.report("a", Said.by(fleet, "a").state(NodeState.FAILED, "no disk").next());
    suspend("a", "2d");

    Fleet counts = fleet.views.summary();
    assertThat(counts.nodes())
        .containsEntry("total", 2)
        .containsEntry("converged", 2)
        .containsEntry("failed", 0);
    assertThat(counts.attributes()).containsEntry("suspended", 1);
    assertThat(main().nodes()).isEqualTo(2);
    assertThat(main().converged()).isEqualTo(2);
    assertThat(fleet.state("a")).isEqualTo(NodeState.FAILED);
  }

  @Test
  void aDeploymentConvergesWithoutTheSuspendedNode() {
    suspend("a", "2d");
    fleet.converge("b", "c");
    fleet.progress.keep();

    assertThat(deployment().told()).startsWith("converged 2/2");
    assertThat(deployment().present())
        .extracting(DeploymentView.Member::name)
        .doesNotContain(A)
        .hasSize(2);
    assertThat(fleet.deployments.members("main")).isEqualTo(2);
    assertThat(fleet.deployments.suspended("main")).isEqualTo(1);
  }

  @Test
  void whatASuspendedNodeIsToRunStaysTheBranch() {
    suspend("a", "2d");
    fleet.commits.push("main", 2);
    fleet.deployments.reconcile();

    assertThat(fleet.desired("a").commit()).isEqualTo(fleet.desired("b").commit());
  }

  @Test
  void aNodeThatIsResumedCountsAtOnce() {
    suspend("a", "2d");
    fleet.operations.suspensions().resume(ADA, A);

    assertThat(fleet.view("a").suspension()).isNull();
    assertThat(main().nodes()).isEqualTo(3);
    assertThat(deployment().present()).hasSize(3);
    assertThat(AuditSentences.of(fleet.audited("resume-node").orElseThrow()))
        .isEqualTo("ada ended the suspension of a until 2026-01-03 00:00 UTC by ada: new disk");
    assertThat(
            Objects.requireNonNull(refused(() -> fleet.operations.suspensions().resume(ADA, A)))
                .code())
        .isEqualTo("SUSPENSION_MISSING");
  }

  @Test
  void aSuspensionEndsByItselfAlsoOverARestart() {
    suspend("a", "1h");
    fleet.clock.advance(Duration.ofHours(1).minusMillis(1));
    fleet.operations.suspensions().expire();
    assertThat(fleet.view("a").suspension()).isNotNull();

    fleet = fleet.restarted();
    fleet.clock.advance(Duration.ofMillis(1));
    fleet.operations.suspensions().expire();
    assertThat(fleet.view("a").suspension()).isNull();
    assertThat(fleet.audited("suspend.expire").orElseThrow().who()).isEqualTo("server");
  }

  @Test
  void aSecondSuspensionReplacesTheFirst() {
    suspend("a", "1h");
    suspend("a", "2h");

    assertThat(Objects.requireNonNull(fleet.view("a").suspension()).expiresAt())
        .isEqualTo(fleet.clock.instant().plus(Duration.ofHours(2)));
    assertThat(fleet.audited("suspend").orElseThrow().before()).contains("new disk");
  }

  @Test
  void aSuspensionWithoutAReasonOrWithAnOddTimeIsRefused() {
    assertThat(
            refused(() ->
                fleet
                    .operations
                    .suspensions()
                    .suspend(ADA, A, new SuspensionView.Request("2h", " "))))
        .extracting(Refusal::field)
        .isEqualTo("reason");
    assertThat(
            refused(() ->
                fleet
                    .operations
                    .suspensions()
                    .suspend(ADA, A, new SuspensionView.Request("9s", "x"))))
        .extracting(Refusal::field)
        .isEqualTo("for");
  }
}
