package dev.pullcord.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.stage.Exporter;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.hostile.HostileTree;
import dev.pullcord.testkit.hostile.HostileTrees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.transport.RefSpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Offers hostile trees to the real source and the real exporter, and looks at the whole disk. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTreesTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private Path top;
  private Path home;
  private Path canary;
  private HostileTree git;
  private StateDirectory directory;
  private GitSource source;

  @BeforeAll
  void make(@TempDir Path temp) throws IOException {
    // So deep that a path that leaves it by a few steps too many still ends below the top.
    top = temp.toRealPath();
    home = Files.createDirectories(top.resolve("a/b/c/d"));
    canary = Files.createDirectories(home.resolve("canary"));
    Files.writeString(canary.resolve("secret"), "untouched");
    git = new HostileTree(home.resolve("hostile.git"));
    directory = StateDirectory.open(home.resolve("state"));
    source =
        new GitSource(
            directory.repository(),
            directory.tmp().resolve("damaged"),
            new GitRemote(
                new RefSpec("+refs/pullcord/*:refs/server/pullcord/*"),
                0,
                GitRemote.ofPublic("file://" + home.resolve("hostile.git"), "main").link(),
                (have, want) -> Optional.of(new ByteArrayInputStream(git.pack()))));
    String base = git.commit(git.withSearch(), "refs/pullcord/target");
    assertThat(source.obtain(new CommitId(base))).isInstanceOf(SourceResult.Obtained.class);
  }

  @AfterEach
  void clear() throws IOException {
    for (Path release : releases()) {
      FileTrees.delete(release);
    }
  }

  private List<Path> releases() throws IOException {
    try (Stream<Path> releases = Files.list(directory.releases())) {
      return releases.toList();
    }
  }

  @AfterAll
  void close() throws IOException {
    assertOnlyObjectsIn(objects());
    source.close();
    directory.close();
    git.close();
  }

  /** Of the repository that the trees come from. */
  private Path objects() {
    return home.resolve("hostile.git/objects");
  }

  /**
   * All but the releases and the mirror; {@code tmp} may be used and has to be empty again. The
   * objects of all trees, which are more than all else, are looked at in the end.
   */
  private Map<String, String> outside() throws IOException {
    Map<String, String> seen =
        Surface.of(top, directory.releases(), directory.repository(), objects());
    seen.remove("a/b/c/d/state/tmp");
    return seen;
  }

  /** No file was added to them, and none was changed. */
  private void assertOnlyObjectsIn(Path objects) throws IOException {
    try (Stream<Path> all = Files.walk(objects);
        ObjectReader reader = git.repository().newObjectReader();
        ObjectInserter.Formatter hash = new ObjectInserter.Formatter()) {
      for (Path file : all.filter(f -> !Files.isDirectory(f, LinkOption.NOFOLLOW_LINKS)).toList()) {
        String name = objects.relativize(file).toString().replace("/", "");
        assertThat(name).matches("[0-9a-f]{40}");
        ObjectLoader object = reader.open(ObjectId.fromString(name));
        try (InputStream content = object.openStream()) {
          assertThat(hash.idFor(object.getType(), object.getSize(), content).name())
              .isEqualTo(name);
        }
      }
    }
  }

  private SourceResult offer(CommitId commit) throws IOException {
    SourceResult result = source.obtain(commit);
    if (result instanceof SourceResult.Obtained(Snapshot snapshot, String log)) {
      new Exporter(directory, source)
          .export(snapshot, "main", Map.of(), Preparation.NONE, AgentHistory.EMPTY, true, NOON);
    }
    return result;
  }

  static Stream<HostileTrees.Case> trees() {
    return HostileTrees.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trees")
  void staysInsideTheReleaseWhateverTheTree(HostileTrees.Case tree) throws IOException {
    CommitId commit = new CommitId(git.commit(tree.root().make(git, canary)));
    Map<String, String> before = outside();

    SourceResult result = offer(commit);

    assertThat(outside().entrySet()).containsExactlyElementsOf(before.entrySet());
    if (tree.code().isEmpty()) {
      assertThat(result).isInstanceOf(SourceResult.Obtained.class);
      assertReadable(((SourceResult.Obtained) result).log());
      assertConfined(((SourceResult.Obtained) result).snapshot());
      return;
    }
    assertThat(directory.releases()).isEmptyDirectory();
    assertThat(result).isInstanceOf(SourceResult.Refused.class);
    SourceResult.Refused refused = (SourceResult.Refused) result;
    assertThat(refused.reason()).isNotBlank().doesNotContain(tree.code()).hasSizeLessThan(4_000);
    assertThat(refused.log()).contains("\n" + tree.code() + "  ", tree.shows());
    assertReadable(refused.reason());
    assertReadable(refused.log());
  }

  /** Nothing that moves a cursor, turns the direction of text, or cannot be seen. */
  private static void assertReadable(String text) {
    assertThat(text.replace("\n", "").codePoints())
        .noneMatch(c ->
            Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
  }

  /** Exactly the commit's files, of exactly its kinds, and no link that leads out. */
  private void assertConfined(Snapshot snapshot) throws IOException {
    assertThat(releases()).hasSize(1);
    Path release = releases().getFirst();
    try (Stream<Path> all = Files.walk(release)) {
      for (Path path : all.toList()) {
        String name = release.relativize(path).toString();
        TreeFile file = snapshot.files().get(name);
        if (Files.isSymbolicLink(path)) {
          assertThat(file).isNotNull();
          assertThat(Files.exists(path) ? path.toRealPath() : release).startsWith(release);
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          assertThat(file != null || name.startsWith(".pullcord/")).as(name).isTrue();
        } else {
          assertThat(path).isDirectory();
        }
      }
    }
    for (TreeFile file : snapshot.files().values()) {
      if (file.kind() != TreeFile.Kind.LINK) {
        assertThat(release.resolve(file.path())).hasSize(file.size());
      }
    }
  }

  @Test
  void neverRunsAFilterOrFillsInAnAttribute() throws IOException {
    CommitId commit =
        new CommitId(
            git.commit(
                git.withSearch(
                    "100644",
                    ".gitattributes",
                    git.blob("* filter=evil ident export-subst\n"),
                    "100644",
                    "a",
                    git.blob("$Id$ $Format:%H$\n"))));

    offer(commit);

    assertThat(releases().getFirst().resolve("search/a")).hasContent("$Id$ $Format:%H$\n");
  }

  @Test
  void itsEyesSeeAWriteAChmodANewNameAndAMovedLink() throws IOException {
    Path link = Files.createSymbolicLink(home.resolve("link"), canary);
    Map<String, String> before = outside();
    Files.createDirectories(directory.releases().resolve("000001-aaaaaaaaaaaa"));
    assertThat(outside()).isEqualTo(before);

    Files.writeString(canary.resolve("secret"), "TOUCHED!!");
    Map<String, String> written = outside();
    Files.writeString(canary.resolve("new"), "");
    Map<String, String> added = outside();
    Files.delete(link);
    Files.createSymbolicLink(link, home);
    Map<String, String> moved = outside();
    canary.resolve("secret").toFile().setExecutable(true);
    Map<String, String> allowed = outside();

    assertThat(Stream.of(before, written, added, moved, allowed).distinct()).hasSize(5);
  }
}
