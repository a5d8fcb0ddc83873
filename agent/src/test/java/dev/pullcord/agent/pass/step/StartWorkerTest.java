package dev.pullcord.agent.pass.step;

import static dev.pullcord.protocol.report.StepRecord.Outcome.ENVIRONMENT_FAULT;
import static dev.pullcord.protocol.report.StepRecord.Outcome.RELEASE_FAULT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.Samples;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.worker.StartResult;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a worker is started, as what, and whose fault it is when it is not. */
class StartWorkerTest {
  private StepBench bench;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    bench = new StepBench(temp);
  }

  @AfterEach
  void close() throws IOException {
    bench.close();
  }

  private Generation only() {
    return bench.history().generations().values().iterator().next();
  }

  @Test
  void startsInTheActiveRelease() throws IOException {
    Release release = bench.release(1, true, "grep=1");

    StepResult result =
        bench.apply(new Step.Start("grep"), bench.scope(Samples.goal(1, release.name(), "grep=1")));

    assertThat(result.output()).isEqualTo("generation 1, pid 1001");
    assertThat(only().release()).isEqualTo(release.name());
    assertThat(bench.runner.living).containsExactly(1L);
  }

  @Test
  void startsANewcomerInAReleaseThatIsNotActive() throws IOException {
    bench.release(1, true, "grep=1");
    Release next = bench.release(2, false, "grep=2");

    bench.apply(
        new Step.StartBeside("grep", next.name()),
        bench.scope(Samples.goal(2, next.name(), "grep=2")));

    assertThat(only().release()).isEqualTo(next.name());
    assertThat(only().newcomer()).isTrue();
  }

  @Test
  void blamesTheHostForAForkThatIsRefused() throws IOException {
    Release release = bench.release(1, true, "grep=1");
    bench.runner.broken = "error=11, Resource temporarily unavailable";

    StepResult result =
        bench.apply(new Step.Start("grep"), bench.scope(Samples.goal(1, release.name(), "grep=1")));

    assertThat(result.outcome()).isEqualTo(ENVIRONMENT_FAULT);
    assertThat(bench.history().generations()).isEmpty();
  }

  @Test
  void blamesTheReleaseForAProgramThatIsNotThere() throws IOException {
    Release release = bench.release(1, true, "grep=1");
    bench.kind.unfit = new StartResult.Unstartable("no program bin/worker", null);

    StepResult result =
        bench.apply(new Step.Start("grep"), bench.scope(Samples.goal(1, release.name(), "grep=1")));

    assertThat(result.outcome()).isEqualTo(RELEASE_FAULT);
    assertThat(result.reason()).isEqualTo("no program bin/worker");
  }

  @Test
  void namesTheExitCodeOfWhatEndedBeforeItCouldBeSeen() throws IOException {
    Release release = bench.release(1, true, "grep=1");
    bench.runner.stillborn = true;

    StepResult result =
        bench.apply(new Step.Start("grep"), bench.scope(Samples.goal(1, release.name(), "grep=1")));

    assertThat(result.outcome()).isEqualTo(RELEASE_FAULT);
    assertThat(result.reason()).isEqualTo("worker grep exited 3");
    assertThat(result.exitCode()).isEqualTo(3);
  }

  @Test
  void givesNoWorkToAProcessThatIsStartedBesideAnother() throws IOException {
    Release next = bench.release(2, false, "grep=2");
    WorkerSpec process =
        new WorkerSpec(
            "grep",
            new Work.Process(List.of("bin/grep")),
            Map.of(),
            null,
            WorkerSpec.Restart.OVERLAP,
            null,
            null,
            null);

    bench.apply(
        new Step.StartBeside("grep", next.name()),
        bench.scope(
            Samples.goal(2, next.name(), "grep=2")
                .with(Map.of("grep", new WorkerDefinition(process, "2")))));

    assertThat(only().hasWork()).isFalse();
  }
}
