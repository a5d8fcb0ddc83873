package dev.pullcord.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.process.WorkerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  private static final String LINE =
      "2026-03-01T08:02:41Z code=3f2a91c0d1e2 patterns=77b0a4c9e5f1 hits=2 a.patterns: x=1: y";

  @TempDir Path directory;

  @Test
  void readsCommitsHitsAndPattern() {
    assertThat(Results.parse(LINE))
        .contains(
            new Results.Finding(LINE, "3f2a91c0d1e2", "77b0a4c9e5f1", 2, "a.patterns", "x=1: y"));
    assertThat(Results.parse("something else")).isEmpty();
  }

  @Test
  void leavesOutALineThatIsStillBeingWritten() throws Exception {
    Files.writeString(directory.resolve("results"), LINE + "\n" + LINE.replace("hits=2", "hits=3"));
    assertThat(Results.of(new WorkerProcess(1, 1, "0", directory))).hasSize(1);
  }

  @Test
  void aWorkerThatFoundNothingYetHasNoResults() {
    assertThat(Results.of(new WorkerProcess(1, 1, "0", directory))).isEmpty();
  }
}
