package dev.pullcord.protocol.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A server refuses a status that is too long, and shows the one before for good. */
class StatusThatFitsTest {
  private static final CommitId COMMIT = new CommitId("11".repeat(20));
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  private static GenerationStatus generation(int number, GenerationPhase phase) {
    Tasks.Task task = new Tasks.Task("tasks.app.a_name_as_applications_have_them", AT);
    Tasks tasks = new Tasks(12, Collections.nCopies(Tasks.NAMED_MAX, task), null);
    return new GenerationStatus(number, 4000 + number, AT, COMMIT, phase, AT, tasks, "busy");
  }

  /** Newest first; the oldest one consumes. */
  private static WorkerStatus worker(int generations) {
    List<GenerationStatus> each = new ArrayList<>();
    for (int n = generations; n > 1; n--) {
      each.add(generation(n, GenerationPhase.DRAINING));
    }
    each.add(generation(1, GenerationPhase.CONSUMING));
    return new WorkerStatus("ab".repeat(32), "pid 1", each);
  }

  private static NodeStatus status(int workers, int generations, String reason) {
    Map<String, WorkerStatus> each = new LinkedHashMap<>();
    for (int n = 0; n < workers; n++) {
      each.put("worker-" + n, worker(generations));
    }
    return new NodeStatus(
        new NodeName("edge-1"),
        NodeState.FAILED,
        reason,
        AT,
        null,
        "main",
        COMMIT,
        COMMIT,
        null,
        Map.of(),
        each,
        null,
        null,
        0,
        null,
        null,
        0,
        null);
  }

  private static WorkerStatus first(NodeStatus status) {
    return Objects.requireNonNull(status.workers().get("worker-0"));
  }

  @Test
  void whatFitsIsSaidWhole() {
    NodeStatus small = status(4, 10, "why");

    assertThat(small.fitting()).isSameAs(small);
  }

  @Test
  void theNamesOfTasksGoFirst() {
    NodeStatus large = status(4, 100, "why");
    assertThat(large.fits()).isFalse();

    NodeStatus cut = large.fitting();

    assertThat(cut.fits()).isTrue();
    assertThat(first(cut).generations()).hasSize(100);
    assertThat(first(cut).generations().getFirst().tasks())
        .isEqualTo(new Tasks(12, List.of(), null));
    assertThat(first(cut).proof()).isEqualTo("pid 1");
  }

  @Test
  void theOldestGenerationsGoNextAndNeverTheOneThatConsumes() throws IOException {
    NodeStatus cut = status(100, 100, "why").fitting();

    assertThat(cut.fits()).isTrue();
    assertThat(cut.workers()).hasSize(100);
    List<GenerationStatus> kept = first(cut).generations();
    assertThat(kept.getFirst().number()).isEqualTo(100);
    assertThat(kept.getLast().phase()).isEqualTo(GenerationPhase.CONSUMING);
    assertThat(first(cut).proof())
        .isEqualTo("pid 1; and " + (100 - kept.size()) + " older generations");
    assertThat(PullcordJson.read(PullcordJson.write(cut), NodeStatus.class)).isEqualTo(cut);
  }

  @Test
  void aReasonWithASentenceForEachGenerationIsCut() {
    NodeStatus cut = status(2, 3, "generation drains too long; ".repeat(20_000)).fitting();

    assertThat(cut.fits()).isTrue();
    assertThat(cut.reason()).startsWith("generation drains").endsWith(" more characters)");
    assertThat(first(cut).generations()).hasSize(3);
  }

  @Test
  void aReasonIsCutOnceAlsoWhereGenerationsGo() {
    NodeStatus cut = status(100, 100, "x".repeat(20_000)).fitting();

    assertThat(cut.fits()).isTrue();
    assertThat(cut.reason()).endsWith("x… (3616 more characters)");
    assertThat(first(cut).proof()).endsWith(" older generations");
  }
}
