package dev.pullcord.agent.pass.step;

import static dev.pullcord.protocol.report.StepRecord.Outcome.ENVIRONMENT_FAULT;
import static dev.pullcord.protocol.report.StepRecord.Outcome.OK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is staged, and what stays when it cannot be. */
class StageReleaseTest {
  private StepBench bench;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    bench = new StepBench(temp);
  }

  @AfterEach
  void close() throws IOException {
    bench.close();
  }

  private static Manifest manifest() {
    Map<String, Bundle> bundles =
        Map.of("tasks", new Bundle("tasks", List.of("tasks/"), Bundle.OnChange.RESTART));
    return new Manifest(bundles, null, List.of(), List.of(), Map.of());
  }

  private StepResult stage(CommitId commit) {
    bench.decisions.decide(commit);
    Snapshot snapshot = bench.source.snapshot(commit);
    Goal goal = Goal.of(snapshot, "main", (python, files) -> "none", bench.history());
    return bench.apply(new Step.Stage(), bench.scope(goal, snapshot, PassMode.ADVANCE));
  }

  @Test
  void journalsTheReleaseOnceItsFilesAreThere() throws IOException {
    CommitId commit = bench.source.commit(manifest(), Map.of("tasks/one", "1\n"));

    StepResult result = stage(commit);

    Release release = bench.history().releases().values().iterator().next();
    Path file = bench.directory.release(release.name()).resolve("tasks/one");
    assertThat(result.outcome()).isEqualTo(OK);
    assertThat(Files.readString(file)).isEqualTo("1\n");
    assertThat(bench.done()).containsExactly("STAGE " + commit.abbreviated() + " OK");
  }

  @Test
  void blamesTheEnvironmentAndKeepsNothingWhenAFileCannotBeRead() throws IOException {
    CommitId commit = bench.source.commit(manifest(), Map.of("tasks/one", "1\n"));
    bench.source.broken = "no space left on device";

    StepResult result = stage(commit);

    assertThat(result.outcome()).isEqualTo(ENVIRONMENT_FAULT);
    assertThat(bench.history().releases()).isEmpty();
    assertThat(bench.directory.releases()).isEmptyDirectory();
  }
}
