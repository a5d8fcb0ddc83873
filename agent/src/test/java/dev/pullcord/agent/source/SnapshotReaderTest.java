package dev.pullcord.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.git.IsolatedGit;
import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.git.tree.TreeLimits;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.hostile.HostileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotReaderTest {
  @TempDir private Path home;
  private HostileTree git;

  @BeforeEach
  void make() {
    IsolatedGit.install(GitSource.MEMORY);
    git = new HostileTree(home.resolve("hostile.git"));
  }

  @AfterEach
  void close() {
    git.close();
  }

  private SourceResult read(ObjectId tree) throws IOException {
    return new SnapshotReader(git.repository()).read(new CommitId(git.commit(tree)));
  }

  private String refused(ObjectId tree) throws IOException {
    SourceResult result = read(tree);
    assertThat(result).isInstanceOf(SourceResult.Refused.class);
    return ((SourceResult.Refused) result).log();
  }

  private Snapshot obtained(ObjectId tree) throws IOException {
    SourceResult result = read(tree);
    assertThat(result).isInstanceOf(SourceResult.Obtained.class);
    return ((SourceResult.Obtained) result).snapshot();
  }

  private static TreeFile file(Snapshot snapshot, String path) {
    return Objects.requireNonNull(snapshot.files().get(path));
  }

  private String warnings(ObjectId tree) throws IOException {
    return ((SourceResult.Obtained) read(tree)).log();
  }

  @Test
  void readsTheFilesOfBundlesAndNoOthers() throws IOException {
    ObjectId tree =
        git.tree(
            "100644",
            "README",
            git.blob("hello"),
            "100644",
            "pullcord.yaml",
            git.blob(HostileTree.MANIFEST),
            "100755",
            "run.sh",
            git.blob("#!/bin/sh\n"),
            "40000",
            "search",
            git.tree("100644", "a", git.blob("1"), "120000", "b", git.blob("a")));

    Snapshot snapshot = obtained(tree);

    assertThat(snapshot.files().keySet()).containsExactly("run.sh", "search/a", "search/b");
    assertThat(file(snapshot, "run.sh").kind()).isEqualTo(TreeFile.Kind.EXECUTABLE);
    assertThat(file(snapshot, "search/b").kind()).isEqualTo(TreeFile.Kind.LINK);
    assertThat(file(snapshot, "search/a").size()).isEqualTo(1);
    assertThat(snapshot.trees().keySet()).containsExactly("search", "tasks");
  }

  @Test
  void givesABundleAnotherDigestExactlyWhenItChanges() throws IOException {
    Snapshot one = obtained(git.withSearch("100644", "a", git.blob("1")));
    Snapshot two = obtained(git.withSearch("100644", "a", git.blob("2")));

    assertThat(one.trees().get("search")).isNotEqualTo(two.trees().get("search"));
    assertThat(one.trees().get("tasks")).isEqualTo(two.trees().get("tasks"));
  }

  @Test
  void missesTheManifest() throws IOException {
    assertThat(refused(git.tree("100644", "a", git.blob("1"))))
        .startsWith("MANIFEST_MISSING")
        .contains("no pullcord.yaml at the root of commit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"120000", "40000", "160000", "100000"})
  void refusesAManifestThatIsNoFile(String mode) throws IOException {
    ObjectId id = mode.equals("40000") ? git.tree() : git.blob("/etc/passwd");

    assertThat(refused(git.tree(mode, "pullcord.yaml", id)))
        .startsWith("MANIFEST_NOT_A_FILE")
        .contains("mode " + mode);
  }

  @Test
  void refusesAManifestThatIsWrongWithAllItsProblems() throws IOException {
    String wrong = HostileTree.MANIFEST.replace("workers:", "wokers:").replace("kind", "knd");

    assertThat(refused(git.tree("100644", "pullcord.yaml", git.blob(wrong))))
        .contains("MANIFEST_UNKNOWN_KEY")
        .contains("pullcord.yaml:5:");
  }

  @Test
  void refusesAManifestThatIsTooLargeEvenToRead() throws IOException {
    ObjectId large = git.blob("# " + "x".repeat(9 << 20));

    assertThat(refused(git.tree("100644", "pullcord.yaml", large)))
        .startsWith("MANIFEST_TOO_LARGE");
  }

  static Stream<Object> namesThatMustNotReachADisk() {
    return Stream.of(
        "..",
        ".",
        "",
        "a/../../b",
        "/etc",
        ".git",
        ".GIT",
        ".git ",
        ".git.",
        "git~1",
        ".g\u200cit",
        "a\rb",
        "a\nb",
        "a\u0001b",
        "a\u007fb",
        "\u001b[2J",
        new byte[] {(byte) 0xff, (byte) 0xfe});
  }

  @ParameterizedTest
  @MethodSource("namesThatMustNotReachADisk")
  void refusesANameThatMustNotReachADisk(Object name) throws IOException {
    String log = refused(git.withSearch("100644", name, git.blob("x")));

    assertThat(log).startsWith("TREE_PATH").contains("in tree ");
    assertThat(log.chars().filter(c -> c != '\n')).noneMatch(Character::isISOControl);
  }

  @Test
  void looksIntoTheDirectoriesOfABundleForSuchNames() throws IOException {
    ObjectId deep = git.tree("100644", ".git", git.blob("x"));

    assertThat(refused(git.withSearch("40000", "sub", deep)))
        .startsWith("TREE_PATH  \"search/sub/.git\"");
  }

  @Test
  void refusesADirectoryWithSuchAName() throws IOException {
    ObjectId inside = git.tree("100644", "config", git.blob("x"));

    assertThat(refused(git.withSearch("40000", "..", inside))).startsWith("TREE_PATH");
  }

  @Test
  void ignoresWhatStandsInNoBundle() throws IOException {
    ObjectId tree =
        git.tree(
            "100644",
            "..",
            git.blob("x"),
            "160000",
            "lib",
            ObjectId.fromString("12".repeat(20)),
            "100644",
            "pullcord.yaml",
            git.blob(HostileTree.MANIFEST),
            "100755",
            "run.sh",
            git.blob("#!/bin/sh\n"),
            "120000",
            "z",
            git.blob("/etc/passwd"));

    assertThat(obtained(tree).files().keySet()).containsExactly("run.sh");
  }

  @Test
  void keepsTheNameThatAReleaseNeeds() throws IOException {
    String manifest = HostileTree.MANIFEST.replace("[search/]", "[.pullcord/]");
    ObjectId inside = git.tree("100644", "release.json", git.blob("{}"));
    SourceResult result =
        read(git.tree("40000", ".pullcord", inside, "100644", "pullcord.yaml", git.blob(manifest)));

    assertThat(result).isInstanceOf(SourceResult.Refused.class);
  }

  @Test
  void refusesANameThatIsTooLong() throws IOException {
    assertThat(refused(git.withSearch("100644", "x".repeat(256), git.blob("x"))))
        .startsWith("TREE_LIMIT")
        .contains("256 bytes");
  }

  @Test
  void refusesDirectoriesThatAreTooDeep() throws IOException {
    ObjectId tree = git.tree("100644", "leaf", git.blob("x"));
    for (int i = 0; i < 101; i++) {
      tree = git.tree("40000", "d", tree);
    }

    assertThat(refused(git.withSearch("40000", "d", tree)))
        .startsWith("TREE_LIMIT")
        .contains("deeper than 100");
  }

  @Test
  void refusesAPathThatIsTooLong() throws IOException {
    ObjectId tree = git.tree("100644", "leaf", git.blob("x"));
    for (int i = 0; i < 20; i++) {
      tree = git.tree("40000", "d".repeat(250), tree);
    }

    assertThat(refused(git.withSearch("40000", "d", tree)))
        .startsWith("TREE_LIMIT")
        .contains("3584");
  }

  @Test
  void stopsAtTheLimitOfEntriesHoweverManyTreesAreShared() throws IOException {
    List<Object> wide = new ArrayList<>();
    ObjectId blob = git.blob("x");
    for (int i = 0; i < 100; i++) {
      wide.addAll(List.of("100644", String.format("f%03d", i), blob));
    }
    ObjectId tree = git.tree(wide.toArray());
    for (int level = 0; level < 5; level++) {
      List<Object> shared = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        shared.addAll(List.of("40000", String.format("d%03d", i), tree));
      }
      tree = git.tree(shared.toArray());
    }

    assertThat(refused(git.withSearch("40000", "bomb", tree)))
        .startsWith("TREE_LIMIT")
        .contains(TreeLimits.ENTRIES_MAX + " entries");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../../etc", "../..", "sub/../../../x", "a\u0000b", "\n"})
  void refusesALinkThatLeavesTheRelease(String target) throws IOException {
    assertThat(refused(git.withSearch("120000", "link", git.blob(target))))
        .contains("TREE_SYMLINK")
        .contains("\"search/link\" → ");
  }

  @Test
  void followsLinksThroughOtherLinks() throws IOException {
    ObjectId inside =
        git.tree(
            "120000",
            "detour",
            git.blob("detour2/../../.."),
            "120000",
            "detour2",
            git.blob("../.."));

    assertThat(refused(git.withSearch("40000", "sub", inside)))
        .contains("TREE_SYMLINK")
        .contains("search/sub/detour");
  }

  @Test
  void takesALinkThatStaysInside() throws IOException {
    ObjectId tree =
        git.withSearch(
            "100644",
            "a",
            git.blob("x"),
            "120000",
            "b",
            git.blob("../search/./a"),
            "120000",
            "c",
            git.blob("../run.sh"),
            "120000",
            "dangling",
            git.blob("not/there"));

    assertThat(obtained(tree).files()).hasSize(5);
  }

  @Test
  void refusesLinksThatGoRound() throws IOException {
    assertThat(refused(git.withSearch("120000", "a", git.blob("b"), "120000", "b", git.blob("a"))))
        .contains("TREE_CONFLICT")
        .contains("circle");
  }

  @Test
  void refusesAFileBelowALink() throws IOException {
    ObjectId below = git.tree("100644", "passwd", git.blob("root::0:0"));

    assertThat(refused(git.withSearch("120000", "a", git.blob("/etc"), "40000", "a", below)))
        .contains("TREE_CONFLICT")
        .contains("one name");
  }

  @Test
  void refusesALinkInPlaceOfABundle() throws IOException {
    ObjectId tree =
        git.tree(
            "100644",
            "pullcord.yaml",
            git.blob(HostileTree.MANIFEST),
            "100755",
            "run.sh",
            git.blob("#!/bin/sh\n"),
            "120000",
            "search",
            git.blob("/etc"));

    assertThat(refused(tree)).startsWith("TREE_CONFLICT").contains("a link stands where");
  }

  @Test
  void refusesTwoEntriesOfOneName() throws IOException {
    ObjectId blob = git.blob("x");

    assertThat(refused(git.withSearch("100644", "a", blob, "100644", "a", blob)))
        .startsWith("OBJECT_INVALID")
        .contains("two entries");
  }

  @Test
  void refusesEntriesOutOfOrder() throws IOException {
    ObjectId blob = git.blob("x");

    assertThat(refused(git.withSearch("100644", "b", blob, "100644", "a", blob)))
        .startsWith("OBJECT_INVALID")
        .contains("out of order");
  }

  @Test
  void refusesASubmoduleInABundle() throws IOException {
    ObjectId elsewhere = ObjectId.fromString("12".repeat(20));

    assertThat(refused(git.withSearch("160000", "lib", elsewhere)))
        .startsWith("SUBMODULE_UNSUPPORTED  \"search/lib\"");
  }

  @Test
  void refusesASubmoduleInPlaceOfABundle() throws IOException {
    ObjectId tree =
        git.tree(
            "100644",
            "pullcord.yaml",
            git.blob(HostileTree.MANIFEST),
            "160000",
            "search",
            ObjectId.fromString("12".repeat(20)));

    assertThat(refused(tree)).startsWith("SUBMODULE_UNSUPPORTED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"120777", "104755", "60000", "100777", "0", "20000", "10000"})
  void refusesAModeThatIsNoFile(String mode) throws IOException {
    assertThat(refused(git.withSearch(mode, "odd", git.blob("x"))))
        .startsWith("TREE_MODE")
        .contains("mode " + mode);
  }

  @Test
  void refusesBytesThatAreNoTree() throws IOException {
    var inserter = git.repository().newObjectInserter();
    ObjectId garbage = inserter.insert(2, "100644 a\0short".getBytes(StandardCharsets.US_ASCII));
    inserter.flush();

    assertThat(refused(git.withSearch("40000", "sub", garbage))).startsWith("OBJECT_INVALID");
  }

  @Test
  void showsTwentyProblemsAndCountsTheRest() throws IOException {
    List<Object> entries = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      entries.addAll(List.of("104755", String.format("f%02d", i), git.blob("x")));
    }
    SourceResult.Refused refused = (SourceResult.Refused) read(git.withSearch(entries.toArray()));

    assertThat(refused.reason()).endsWith("(and 24 more)");
    assertThat(refused.log().lines()).hasSize(21);
    assertThat(refused.log()).endsWith("and 5 more");
  }

  @Test
  void warnsOfLfsPointers() throws IOException {
    String pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:"
            + "ab".repeat(32)
            + "\nsize 12345\n";

    assertThat(warnings(git.withSearch("100644", "big.bin", git.blob(pointer))))
        .startsWith("LFS_UNSUPPORTED  \"search/big.bin\"");
  }

  @Test
  void warnsOfNamesThatDifferOnlyInCase() throws IOException {
    ObjectId blob = git.blob("x");

    assertThat(warnings(git.withSearch("100644", "A", blob, "100644", "a", blob)))
        .contains("\"search/A\" and \"search/a\"");
  }

  @Test
  void doesNotReadAgainWhatTheSnapshotBeforeHad() throws IOException {
    ObjectId tree = git.withSearch("100644", "a", git.blob("1"));
    SnapshotReader reader = new SnapshotReader(git.repository());
    CommitId commit = new CommitId(git.commit(tree));

    SourceResult.Obtained first = (SourceResult.Obtained) reader.read(commit);
    SourceResult.Obtained again = (SourceResult.Obtained) reader.read(commit);

    assertThat(again.snapshot()).isSameAs(first.snapshot());
  }
}
