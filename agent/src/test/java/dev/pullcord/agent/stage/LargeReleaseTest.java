package dev.pullcord.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.testkit.Needs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One file of 5,000 changes. Measures the staging of the release beside what a shell does for the
 * same end, in turns, and writes {@code target/large-release.txt}.
 */
class LargeReleaseTest {
  private static final int FILES = 5_000;
  private static final int DIRECTORIES = 50;
  private static final int ROUNDS = 15;
  private static final int WARM_FROM = 5;
  private static final String BY_HAND =
      """
      cp -al "$1" "$2.new" && rm -f "$2.new/search/d00/f0000" && \
      echo "$2" >"$2.new/search/d00/f0000" && \
      sync "$2.new/search/d00/f0000" $(find "$2.new" -type d) && mv "$2.new" "$2" && sync "$2/.."
      """;

  @TempDir Path temp;
  private final TreeMap<String, TreeFile> files = new TreeMap<>();
  private AgentHistory history = AgentHistory.EMPTY;

  /** The content of a file is its object id. */
  private static final class Ids implements Source {
    @Override
    public SourceResult obtain(CommitId commit) {
      return new SourceResult.Unavailable("blobs only", "");
    }

    @Override
    public SourceResult look(String digits) {
      return obtain(new CommitId(digits));
    }

    @Override
    public InputStream open(String objectId) {
      return new ByteArrayInputStream(objectId.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void put(int file, int content) {
    String path = "search/d%02d/f%04d".formatted(file % DIRECTORIES, file);
    files.put(path, new TreeFile(path, TreeFile.Kind.FILE, "%040x".formatted(content), 40));
  }

  private Exporter.Exported export(Exporter exporter, int commit) throws IOException {
    Snapshot snapshot =
        new Snapshot(
            new CommitId("%040x".formatted(commit)),
            new Manifest(Map.of(), null, List.of(), List.of(), Map.of()),
            files,
            Map.of());
    Exporter.Exported exported =
        exporter.export(snapshot, "main", Map.of(), Preparation.NONE, history, true, Instant.EPOCH);
    history = history.plus(new Entry.Staged(exported.release()));
    return exported;
  }

  private static double millis(long since) {
    return (System.nanoTime() - since) / 1e6;
  }

  private static void sh(String script, Path from, Path to) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", script, "sh", from.toString(), to.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private static double median(double[] all) {
    double[] sorted = Arrays.stream(all).skip(WARM_FROM).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static String text(double[] all) {
    return String.format(
        Locale.ROOT,
        "%.0f ms (%.0f–%.0f), the first %.0f ms",
        median(all),
        Arrays.stream(all).skip(WARM_FROM).min().orElseThrow(),
        Arrays.stream(all).skip(WARM_FROM).max().orElseThrow(),
        all[0]);
  }

  @Test
  void stagesOneChangeInFiveThousandFilesAboutAsFastAsAShell() throws Exception {
    Needs.tool("cp");
    for (int i = 0; i < FILES; i++) {
      put(i, i);
    }
    try (StateDirectory directory = StateDirectory.open(temp.resolve("state"))) {
      Exporter exporter = new Exporter(directory, new Ids());
      Path before = directory.release(export(exporter, 1).release().name());
      Path byHand = Files.createDirectories(temp.resolve("by-hand"));
      sh("cp -r \"$1\" \"$2\" && chmod -R u+w \"$2\"", before, byHand.resolve("0"));
      double[] ours = new double[ROUNDS];
      double[] theirs = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        put(0, FILES + i);
        long begun = System.nanoTime();
        Exporter.Exported exported = export(exporter, 2 + i);
        ours[i] = millis(begun);
        assertThat(exported.written()).isEqualTo(1);
        assertThat(exported.linked()).isEqualTo(FILES - 1);
        begun = System.nanoTime();
        sh(BY_HAND, byHand.resolve("" + i), byHand.resolve("" + (i + 1)));
        theirs[i] = millis(begun);
      }
      double ratio = median(ours) / median(theirs);
      String text =
          String.format(
              Locale.ROOT, "staging %s%nby hand %s%nratio %.1f%n", text(ours), text(theirs), ratio);
      Files.writeString(Path.of("target/large-release.txt"), text);
      // Far from what is measured: only that nothing is done for each file that takes its time.
      assertThat(ratio).as(text).isLessThan(6);
      FileTrees.delete(directory.releases());
    }
  }
}
