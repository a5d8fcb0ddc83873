package dev.pullcord.cli.command.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.PlainText;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.Tasks;
import dev.pullcord.protocol.report.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GenerationsTest {
  private static final Instant NOW = FakeFleet.NOW;

  private static GenerationStatus generation(
      long pid, GenerationPhase phase, @Nullable Duration since, @Nullable Tasks tasks) {
    Instant began = since == null ? null : NOW.minus(since);
    Instant started = NOW.minus(Duration.ofMinutes(5));
    return new GenerationStatus(
        7, pid, started, FakeFleet.HEAD, phase, began, tasks, since == null ? null : "told to end");
  }

  private static Tasks tasks(int count, String name) {
    Tasks.Task oldest = new Tasks.Task(name, NOW.minus(Duration.ofHours(3)));
    return new Tasks(count, List.of(oldest), null);
  }

  private static List<String> shown(GenerationStatus... generations) {
    WorkerStatus worker = new WorkerStatus("ab".repeat(32), "proof", List.of(generations));
    return PlainText.of(Generations.lines(Map.of("grep", worker), NOW));
  }

  @Test
  void aNodeWithoutWorkersHasNoTable() {
    assertThat(Generations.lines(Map.of(), NOW)).isEmpty();
  }

  @Test
  void aWorkerWithoutAGenerationIsStillNamed() {
    assertThat(shown().get(1)).isEqualTo("grep    -    -    -      -       -    -");
    assertThat(shown().getLast()).isEqualTo("proof of grep: proof");
  }

  @Test
  void aGenerationOfAnotherProgramHasNoPid() {
    assertThat(shown(generation(0, GenerationPhase.CONSUMING, null, null)).get(1))
        .isEqualTo("grep    7    -    consuming  3f2a91c  5m   -");
  }

  @Test
  void whatKeepsABusyWorkerIsNamedWithItsAge() {
    Tasks busy = tasks(2, "tasks.grep");
    assertThat(shown(generation(11, GenerationPhase.CONSUMING, null, busy)).get(1))
        .endsWith("  2, tasks.grep since 3h");
  }

  @Test
  void oneThatDrainsSaysSinceWhenAndWhatItHolds() {
    Duration since = Duration.ofMinutes(2);
    assertThat(shown(generation(11, GenerationPhase.DRAINING, since, null)).get(1))
        .contains("draining", "  drains since 2m: told to end");
    assertThat(
            shown(generation(11, GenerationPhase.DRAINING, since, tasks(1, "tasks.grep"))).get(1))
        .contains("1 running, tasks.grep since 3h; drains since 2m: told to end");
  }
}
