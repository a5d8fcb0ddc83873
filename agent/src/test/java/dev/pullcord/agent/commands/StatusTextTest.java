package dev.pullcord.agent.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.WorkerStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static final CommitId COMMIT = new CommitId("3f2a91c0d1".repeat(4));
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private static NodeStatus status(String reason, boolean connected, int spooled) {
    GenerationStatus generation =
        new GenerationStatus(
            4, 4711, NOW.minusSeconds(7200), COMMIT, GenerationPhase.CONSUMING, null, null);
    return new NodeStatus(
        new NodeName("edge-1"),
        NodeState.CONVERGED,
        reason,
        NOW.minusSeconds(90),
        null,
        "main",
        COMMIT,
        COMMIT,
        "000007-3f2a91c0d13f",
        Map.of(),
        Map.of("grep", new WorkerStatus(null, "pid 4711", List.of(generation))),
        new PinStatus("fix", "ada", "trying", NOW.plusSeconds(60)),
        new NodeStatus.ServerContact("https://control:8421", connected, NOW.minusSeconds(3), null),
        spooled,
        new DriftStatus(NOW.minusSeconds(5), 1, "1 path is not as in the commit: \"a\" is gone"),
        null,
        0,
        null);
  }

  @Test
  void showsANodeAtAGlance() {
    assertThat(StatusText.of(status("all is well", true, 0), NOW))
        .isEqualTo(
            """
            edge-1  converged  all is well  (1m 30s ago)
              follows   main at 3f2a91c
              runs      3f2a91c  release 000007-3f2a91c0d13f
              pinned    to fix by ada for 1m more: trying
              drifted   1 path is not as in the commit: "a" is gone  (5.0s ago)
              worker    grep  pid 4711
                          generation 4  pid 4711  3f2a91c  consuming  up 2h
              server    https://control:8421  connected, last answer 3.0s ago\
            """);
  }

  @Test
  void saysThatTheServerIsAwayAndWhatWaitsForIt() {
    assertThat(StatusText.of(status("all is well", false, 12), NOW))
        .contains("cannot be reached, the last decision stands")
        .contains("waiting for it: 12 reports");
  }

  @Test
  void letsNobodyMoveTheCursor() {
    assertThat(StatusText.of(status("\u001b[2Jgone\u202e", true, 0), NOW))
        .doesNotContain("\u001b")
        .doesNotContain("\u202e");
  }

  @Test
  void showsEveryStepWithItsOutput() {
    StepRecord step =
        new StepRecord(
            12,
            0,
            COMMIT,
            StepRecord.Kind.CHECK,
            "bin/check",
            StepRecord.Outcome.RELEASE_FAULT,
            NOW,
            1234,
            3,
            "line one\nline \u001b[2Jtwo\n");

    assertThat(StatusText.log(List.of(step)).lines())
        .containsExactly(
            "pass 12  3f2a91c  2026-01-01T12:00:00Z",
            "  check    release-fault         1.2s  bin/check  (exit 3)",
            "      line one",
            "      line \\u001b[2Jtwo");
  }

  @Test
  void saysThatNothingHappenedYet() {
    assertThat(StatusText.log(List.of())).isEqualTo("no pass has done anything yet");
  }
}
