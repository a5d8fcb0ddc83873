package dev.pullcord.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.manifest.Manifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExporterTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  /** Blobs by id; what is opened is counted. */
  private static final class Blobs implements Source {
    private final Map<String, byte[]> content = new HashMap<>();
    private int opened;

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
      opened++;
      return new ByteArrayInputStream(Objects.requireNonNull(content.get(objectId)));
    }
  }

  @TempDir Path temp;
  private final Blobs blobs = new Blobs();
  private final TreeMap<String, TreeFile> files = new TreeMap<>();
  private boolean linking = true;
  private StateDirectory directory;
  private AgentHistory history = AgentHistory.EMPTY;

  ExporterTest(@TempDir Path state) {
    directory = StateDirectory.open(state.resolve("state"));
  }

  @BeforeEach
  void someFiles() {
    put("bin/tool", TreeFile.Kind.EXECUTABLE, "#!/bin/sh\n");
    put("search/deep/er/pattern", TreeFile.Kind.FILE, "pattern\n");
    put("search/empty", TreeFile.Kind.FILE, "");
    put("search/link", TreeFile.Kind.LINK, "deep/er/pattern");
  }

  @AfterEach
  void unlock() {
    directory.close();
  }

  private void put(String path, TreeFile.Kind kind, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String id = "%040x".formatted(Math.abs((long) text.hashCode()) + 1);
    blobs.content.put(id, bytes);
    files.put(path, new TreeFile(path, kind, id, bytes.length));
  }

  private Exporter.Exported export(int commit) throws IOException {
    Snapshot snapshot =
        new Snapshot(
            new CommitId("%040x".formatted(commit)),
            new Manifest(Map.of(), null, List.of(), List.of(), Map.of()),
            files,
            Map.of("search", new TreeId("e".repeat(40))));
    Exporter.Exported exported =
        new Exporter(directory, blobs)
            .export(snapshot, "main", Map.of(), Preparation.NONE, history, linking, NOON);
    history = history.plus(new Entry.Staged(exported.release()));
    return exported;
  }

  private Path place(Exporter.Exported exported) {
    return directory.release(exported.release().name());
  }

  @Test
  void writesWhatTheCommitHoldsReadOnlyAndSaysWhatItIs() throws IOException {
    Exporter.Exported exported = export(7);
    Path place = place(exported);

    assertThat(exported.release().name()).isEqualTo("000001-000000000000");
    assertThat(place.resolve("search/deep/er/pattern")).hasContent("pattern\n");
    assertThat(place.resolve("search/empty")).isEmptyFile();
    assertThat(Files.readSymbolicLink(place.resolve("search/link")))
        .isEqualTo(Path.of("deep/er/pattern"));
    try (Stream<Path> all = Files.walk(place)) {
      assertThat(all.filter(p -> !Files.isSymbolicLink(p)))
          .allSatisfy(path ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                  .isEqualTo(
                      Files.isDirectory(path) || path.endsWith("tool")
                          ? "r-xr-xr-x"
                          : "r--r--r--"));
    }
    var json =
        PullcordJson.wire().readTree(Files.readString(place.resolve(".pullcord/release.json")));
    assertThat(json.get("commit").textValue()).isEqualTo("%040x".formatted(7));
    assertThat(json.get("ref").textValue()).isEqualTo("main");
    assertThat(json.get("sequence").intValue()).isEqualTo(1);
    assertThat(json.get("trees").get("search").textValue()).isEqualTo("e".repeat(40));
    assertThat(directory.tmp()).isEmptyDirectory();
  }

  @Test
  void whatAnEarlierReleaseHasIsTheSameFile() throws IOException {
    Path first = place(export(1));
    put("search/deep/er/pattern", TreeFile.Kind.FILE, "better\n");
    blobs.opened = 0;

    Exporter.Exported second = export(2);

    assertThat(second.written()).isEqualTo(2);
    assertThat(second.linked()).isEqualTo(2);
    assertThat(blobs.opened).isEqualTo(2);
    assertThat(Files.isSameFile(place(second).resolve("bin/tool"), first.resolve("bin/tool")))
        .isTrue();
    assertThat(first.resolve("search/deep/er/pattern")).hasContent("pattern\n");
    assertThat(place(second).resolve("search/deep/er/pattern")).hasContent("better\n");
  }

  @Test
  void aFileThatBecameAProgramIsNotTheSameFile() throws IOException {
    Path first = place(export(1));
    put("search/empty", TreeFile.Kind.EXECUTABLE, "");

    Path second = place(export(2));

    assertThat(Files.isExecutable(second.resolve("search/empty"))).isTrue();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(first.resolve("search/empty"))))
        .isEqualTo("r--r--r--");
  }

  @Test
  void aFileOfAnotherSizeOnDiskIsNotTrusted() throws IOException {
    Path tool = place(export(1)).resolve("bin/tool");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(tool, "#!/bin/sh\n# tampered with\n");

    Path second = place(export(2));

    assertThat(second.resolve("bin/tool")).hasContent("#!/bin/sh\n");
  }

  @Test
  void aFileThatWasWrittenToOnDiskIsNotTrusted() throws IOException {
    Path tool = place(export(1)).resolve("bin/tool");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(tool, "#!/bin/no\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("r-xr-xr-x"));

    assertThat(place(export(2)).resolve("bin/tool")).hasContent("#!/bin/sh\n");
  }

  @Test
  void nothingIsLinkedToWhenNothingOnDiskIsTrusted() throws IOException {
    export(1);
    linking = false;

    assertThat(export(2).linked()).isZero();
  }

  @Test
  void numbersGoOnAfterAReleaseThatTheJournalDoesNotKnow() throws IOException {
    Files.createDirectory(directory.releases().resolve("000041-aaaaaaaaaaaa"));

    assertThat(export(1).release().sequence()).isEqualTo(42);
  }

  @Test
  void aLeftoverOfAKillIsReplaced() throws IOException {
    Path half = Files.createDirectories(directory.tmp().resolve("000001-000000000000/bin"));
    Files.writeString(half.resolve("stray"), "x");

    Path place = place(export(3));

    assertThat(place.resolve("bin/stray")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "/tmp/x", "a/./b", ".", "a/.."})
  void writesNothingOutsideEvenIfATreeWasNotChecked(String path) {
    put(path, TreeFile.Kind.FILE, "x");

    assertThatThrownBy(() -> export(1))
        .isInstanceOf(IOException.class)
        .hasMessage("\"" + path + "\" is not a path inside of a release");
    assertThat(directory.releases()).isEmptyDirectory();
  }

  @Test
  void aBlobThatIsCutShortIsNoRelease() {
    TreeFile file = Objects.requireNonNull(files.get("bin/tool"));
    blobs.content.put(file.objectId(), new byte[3]);

    assertThatThrownBy(() -> export(1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has 3 bytes, 10 expected");
    assertThat(directory.releases()).isEmptyDirectory();
  }
}
