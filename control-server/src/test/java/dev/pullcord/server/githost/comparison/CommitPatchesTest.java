package dev.pullcord.server.githost.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.desired.CommitHistory.FileChange;
import dev.pullcord.server.desired.CommitHistory.FilePatch;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitPatchesTest {
  @TempDir Path directory;
  private RepositoryStore store;
  private Git git;
  private CommitId before;

  @BeforeEach
  void fill() throws IOException, InterruptedException {
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    git = new Git(Files.createDirectories(directory.resolve("work")));
    git.ok("init", "-q", "-b", "main");
    git.commit("large", "x\n".repeat(1000));
    before = new CommitId(git.commit("words", "one\ntwo\n"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private List<FilePatch> patches(CommitId now, int lines, String... paths) throws Exception {
    git.ok("push", "-q", directory.resolve("repositories/fleet.git").toString(), "main");
    return new History(store)
        .patches(
            before,
            now,
            List.of(paths).stream().map(p -> new FileChange(p, "changed")).toList(),
            lines);
  }

  @Test
  void hasTheLinesThatWentAndCameOfThoseFilesAlone() throws Exception {
    git.commit("other", "not asked for\n");
    CommitId now = new CommitId(git.commit("words", "one\n<b>three\n"));
    assertThat(patches(now, 100, "words"))
        .containsExactly(
            new FilePatch(
                "words", List.of("@@ -1,2 +1,2 @@", " one", "-two", "+<b>three"), false, false));
  }

  @Test
  void aFileWithMoreLinesIsCutAndALargeOneHasNone() throws Exception {
    git.commit("large", "y\n".repeat(1000));
    CommitId now = new CommitId(git.commit("words", "z".repeat(300 << 10)));
    List<FilePatch> patches = patches(now, 10, "large", "words");
    assertThat(patches.getFirst().lines()).hasSize(10);
    assertThat(patches.getFirst().cut()).isTrue();
    assertThat(patches.getLast().lines()).isEmpty();
    assertThat(patches.getLast().skipped()).isFalse();
  }

  /** A page is read by a virtual thread, which keeps its processor for as long as it computes. */
  @Test
  void filesWithTheSameLinesOverAndOverKeepNoProcessorForLong() throws Exception {
    git.commit("bits", bits(1));
    before = new CommitId(git.commit("words", "one\n"));
    CommitId now = new CommitId(git.commit("bits", bits(2)));
    long began = cpuNanos();

    List<FilePatch> patches = patches(now, 100, "bits");

    assertThat(patches).hasSize(1);
    assertThat(patches.getFirst().lines()).hasSize(100);
    assertThat(Duration.ofNanos(cpuNanos() - began)).isLessThan(Duration.ofSeconds(5));
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static String bits(int seed) {
    Random random = new Random(seed);
    return Stream.generate(() -> random.nextBoolean() ? "0\n" : "1\n")
        .limit(60_000)
        .collect(Collectors.joining());
  }

  @Test
  void allFilesTogetherAreComparedUpToABound() throws Exception {
    List<String> paths = new ArrayList<>();
    for (int n = 0; n < 6; n++) {
      paths.add("file-" + n);
      Files.writeString(git.directory().resolve("file-" + n), "x\n".repeat(125_000));
    }
    paths.add("words");
    CommitId now = new CommitId(git.commit("words", "two\n"));

    List<FilePatch> patches = patches(now, 100, paths.toArray(String[]::new));

    assertThat(patches).hasSize(7);
    assertThat(patches.getFirst().lines()).hasSize(100);
    assertThat(patches.getFirst().skipped()).isFalse();
    assertThat(patches.getLast().path()).isEqualTo("words");
    assertThat(patches.getLast().lines()).isEmpty();
    assertThat(patches.getLast().skipped()).as("small, and one too many").isTrue();
  }

  @Test
  void ofACommitThatIsNotThereThereIsNothing() throws Exception {
    assertThat(patches(new CommitId("ab".repeat(20)), 10, "words")).isEmpty();
  }
}
