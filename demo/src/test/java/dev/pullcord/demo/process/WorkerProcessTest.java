package dev.pullcord.demo.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerProcessTest {
  @TempDir Path state;
  private Child child;

  @BeforeEach
  void startOne() {
    child =
        Child.start(
            List.of("sh", "-c", "trap '' TERM; sleep 60 & wait; wait"),
            state,
            Map.of("MARK", "here"),
            state.resolve("log"));
  }

  @AfterEach
  void killIt() {
    child.kill();
  }

  @Test
  void findsTheProcessOfTheNote() throws IOException {
    note(3, child.pid() + " " + ProcFs.startTicks(child.pid()).orElseThrow());
    assertThat(WorkerProcess.living(state))
        .singleElement()
        .satisfies(worker -> assertThat(worker.pid()).isEqualTo(child.pid()))
        .satisfies(worker -> assertThat(worker.generation()).isEqualTo(3));
  }

  @Test
  void leavesAloneAProcessThatOnlyHasThePid() throws IOException {
    note(3, child.pid() + " 12345");
    assertThat(WorkerProcess.living(state)).isEmpty();
    new WorkerProcess(3, child.pid(), "12345", state).end(Duration.ofSeconds(1));
    assertThat(child.isAlive()).isTrue();
  }

  @Test
  void endsAWorkerThatIgnoresTheRequest() throws IOException {
    note(1, child.pid() + " " + ProcFs.startTicks(child.pid()).orElseThrow());
    WorkerProcess worker = WorkerProcess.living(state).getFirst();
    worker.end(Duration.ofMillis(200));
    assertThat(worker.isAlive()).isFalse();
  }

  @Test
  void aDirectoryWithoutGenerationsHasNoWorkers() {
    assertThat(WorkerProcess.living(state.resolve("nowhere"))).isEmpty();
  }

  @Test
  void theKernelTellsWhereAndHowAProcessRuns() {
    Eventually.within(Duration.ofSeconds(60))
        .until(
            "setsid becomes the program",
            () -> ProcFs.commandLine(child.pid()).orElseThrow(),
            line -> line.startsWith("sh -c trap"));
    assertThat(ProcFs.workingDirectory(child.pid())).contains(state);
    assertThat(ProcFs.environment(child.pid(), "MARK")).contains("here");
    assertThat(ProcFs.environment(child.pid(), "MAR")).isEmpty();
    assertThat(ProcFs.startTicks(Long.MAX_VALUE)).isEmpty();
  }

  private void note(long generation, String text) throws IOException {
    Path directory = Files.createDirectories(state.resolve("generations/" + generation));
    Files.writeString(directory.resolve("started"), text + "\n");
  }
}
