package dev.pullcord.git.tree;

import static dev.pullcord.git.tree.TreeWriter.FILE;
import static dev.pullcord.git.tree.TreeWriter.LINK;
import static dev.pullcord.git.tree.TreeWriter.MANIFEST;
import static dev.pullcord.git.tree.TreeWriter.PROGRAM;
import static dev.pullcord.git.tree.TreeWriter.SUBMODULE;
import static dev.pullcord.git.tree.TreeWriter.TREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.pullcord.git.tree.ReleaseContent.Deployable;
import dev.pullcord.git.tree.ReleaseContent.Undeployable;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseReaderTest {
  private static final ObjectId NOWHERE = ObjectId.fromString("12".repeat(20));

  @TempDir Path directory;
  private TreeWriter git;
  private ReleaseReader reader;

  @BeforeEach
  void make() throws IOException {
    git = new TreeWriter(directory);
    reader = new ReleaseReader(git.repository);
  }

  @AfterEach
  void close() {
    git.close();
  }

  private Deployable deployable(CommitId commit) throws IOException {
    ReleaseContent content = reader.read(commit);
    assertThat(content).as(content.toString()).isInstanceOf(Deployable.class);
    return (Deployable) content;
  }

  private Undeployable undeployable(CommitId commit) throws IOException {
    ReleaseContent content = reader.read(commit);
    assertThat(content).isInstanceOf(Undeployable.class);
    return (Undeployable) content;
  }

  private void refused(String reason, Object... search) throws IOException {
    assertThat(undeployable(git.search(search)).reason()).contains(reason);
  }

  @Test
  void readsTheFilesOfBundlesAndNothingElse() throws IOException {
    Deployable content =
        deployable(
            git.commit(
                git.tree(
                    FILE,
                    "README",
                    "not deployed",
                    FILE,
                    "pullcord.yaml",
                    MANIFEST,
                    PROGRAM,
                    "run.sh",
                    "#!/bin/sh\n",
                    TREE,
                    "search",
                    git.tree(
                        FILE, "a", "x", LINK, "l", "a", TREE, "sub", git.tree(FILE, "b", "yy")),
                    SUBMODULE,
                    "vendor",
                    NOWHERE)));

    assertThat(content.files().keySet())
        .containsExactly("run.sh", "search/a", "search/l", "search/sub/b");
    assertThat(content.files().values())
        .extracting(TreeFile::kind)
        .containsExactly(
            TreeFile.Kind.EXECUTABLE, TreeFile.Kind.FILE, TreeFile.Kind.LINK, TreeFile.Kind.FILE);
    assertThat(content.files().values())
        .extracting(TreeFile::size)
        .containsExactly(10L, 1L, 1L, 2L);
    assertThat(content.trees()).containsOnlyKeys("search", "tasks");
    assertThat(content.warnings()).isEmpty();
  }

  @Test
  void aDigestChangesWithPathModeAndContentOfItsBundleAlone() throws IOException {
    Deployable first = deployable(git.search(FILE, "a", "x"));

    for (Object[] other :
        new Object[][] {{FILE, "b", "x"}, {PROGRAM, "a", "x"}, {FILE, "a", "y"}}) {
      Deployable changed = deployable(git.search(other));
      assertThat(changed.trees().get("search")).isNotEqualTo(first.trees().get("search"));
      assertThat(changed.trees().get("tasks")).isEqualTo(first.trees().get("tasks"));
    }
    assertThat(deployable(git.search("100664", "a", "x")).trees()).isEqualTo(first.trees());
  }

  @Test
  void whatIsAsInTheCommitBeforeIsTheSameInMemory() throws IOException {
    Deployable first = deployable(git.search(FILE, "a", "x", FILE, "b", "1"));
    Deployable second = deployable(git.search(FILE, "a", "x", FILE, "b", "2"));

    assertThat(second.files().get("search/a")).isSameAs(first.files().get("search/a"));
    assertThat(second.files().get("search/b")).isNotEqualTo(first.files().get("search/b"));
    assertThat(second.manifest()).isSameAs(first.manifest());
  }

  @Test
  void theSameCommitIsReadOnce() throws IOException {
    CommitId commit = git.search(FILE, "a", "x");

    assertThat(reader.read(commit)).isSameAs(reader.read(commit));
  }

  @Test
  void saysWhatIsWorthAWord() throws IOException {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64);
    Deployable content =
        deployable(git.search(FILE, "A", "1", FILE, "a", "2", FILE, "big", pointer));

    assertThat(content.warnings())
        .containsExactly(
            "LFS_UNSUPPORTED  \"search/big\"  is a Git LFS pointer and is deployed as the pointer"
                + " that it is; to deploy the file, put the file itself into git",
            "\"search/A\" and \"search/a\" differ only in case or in accents",
            "the bundle tasks has no file in this commit");
  }

  @Test
  void saysOfAPointerThatItIsOneForAsLongAsItIsDeployed() throws IOException {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64);
    deployable(git.search(FILE, "big", pointer, FILE, "small", "1"));

    for (String content : List.of("2", "3")) {
      assertThat(deployable(git.search(FILE, "big", pointer, FILE, "small", content)).warnings())
          .first(STRING)
          .startsWith("LFS_UNSUPPORTED  \"search/big\"");
    }
    assertThat(deployable(git.search(FILE, "big", "itself", FILE, "small", "3")).warnings())
        .noneMatch(warning -> warning.startsWith("LFS_"));
  }

  @Test
  void namesThatMustNotReachADiskAreRefused() throws IOException {
    refused("TREE_PATH  \"search/..\" in tree", FILE, "..", "x");
    refused("not the name of a file", FILE, "a/b", "x");
    refused("not the name of a file", FILE, "", "x");
    refused("a name that git keeps for itself", TREE, ".GIT", git.tree(FILE, "config", "x"));
    refused("a control character in a name", FILE, "a\nb", "x");
    refused("a name that is not UTF-8", FILE, new byte[] {(byte) 0xff}, "x");
    refused("TREE_LIMIT", FILE, "n".repeat(256), "x");
  }

  @Test
  void kindsThatAreNotDeployedAreRefused() throws IOException {
    refused("SUBMODULE_UNSUPPORTED  \"search/sub\"", SUBMODULE, "sub", NOWHERE);
    refused("TREE_MODE  \"search/a\"", "104755", "a", "x");
    refused("mode 0 ", "0", "a", "x");
    refused("OBJECT_INVALID  \"search/a\"  its object is not", FILE, "a", git.tree());
    refused("this is not a tree of git", TREE, "a", git.blob("no tree"));
  }

  @Test
  void entriesOutOfOrderAndTwiceAreRefused() throws IOException {
    refused("OBJECT_INVALID  \"search/a\"", FILE, "b", "1", FILE, "a", "2");
    refused("two entries under one name", FILE, "a", "1", FILE, "a", "2");
    refused("TREE_CONFLICT", LINK, "a", "b", TREE, "a", git.tree(FILE, "x", "1"));
  }

  @Test
  void aLinkIsJudgedByItsTarget() throws IOException {
    refused("the link leaves the release", LINK, "l", "/etc");
    refused("a target of 0 bytes; 1 to 4096 expected", LINK, "l", "");
    refused("a target of 4097 bytes", LINK, "l", "t".repeat(4097));
    refused("a control character in the target", LINK, "l", "a\tb");
    ObjectId latin = git.insert(3, "\u00e4".getBytes(StandardCharsets.ISO_8859_1));
    refused("a target that is not UTF-8", LINK, "l", latin);
  }

  @Test
  void directoriesMayBeAHundredDeep() throws IOException {
    assertThat(deployable(git.search(TREE, "d", nested(98))).files()).hasSize(1);
    refused("directories nested deeper than 100", TREE, "d", nested(99));
  }

  private ObjectId nested(int levels) {
    ObjectId tree = git.tree(FILE, "a", "x");
    for (int i = 0; i < levels - 1; i++) {
      tree = git.tree(TREE, "d", tree);
    }
    return tree;
  }

  @Test
  void aFileWhereABundleHasADirectoryIsRefused() throws IOException {
    CommitId file = git.commit(git.tree(FILE, "pullcord.yaml", MANIFEST, FILE, "search", "x"));
    CommitId link = git.commit(git.tree(FILE, "pullcord.yaml", MANIFEST, LINK, "search", "x"));

    assertThat(undeployable(file).reason())
        .contains("TREE_CONFLICT", "a file stands where a bundle has a directory");
    assertThat(undeployable(link).reason()).contains("a link stands where");
  }

  @Test
  void aManifestThatIsNoneIsSaid() throws IOException {
    assertThat(undeployable(git.commit(git.tree(FILE, "a", "x"))).reason())
        .contains("pullcord.yaml");
    assertThat(undeployable(git.commit(git.tree(LINK, "pullcord.yaml", "x"))).reason())
        .contains("120000");
    assertThat(undeployable(git.commit(git.tree(FILE, "pullcord.yaml", "version: 2\n"))).reason())
        .startsWith("MANIFEST_");
    assertThat(undeployable(git.commit(git.blob("no tree"))).reason()).contains("OBJECT_INVALID");
  }

  @Test
  void ofManyProblemsTheFirstAreShownAndAllAreCounted() throws IOException {
    Object[] entries = new Object[90];
    for (int i = 0; i < entries.length; i += 3) {
      entries[i] = SUBMODULE;
      entries[i + 1] = "sub" + (100 + i);
      entries[i + 2] = NOWHERE;
    }
    Undeployable content = undeployable(git.search(entries));

    assertThat(content.problems()).hasSize(20);
    assertThat(content.count()).isEqualTo(30);
    assertThat(content.reason()).endsWith(" (and 29 more)");
    assertThat(content.lines()).hasSize(21).last().isEqualTo("… and 10 more");
  }

  @Test
  void whatIsNoCommitIsSaidAndWhatIsMissingIsTheRepositorysFault() throws IOException {
    CommitId blob = new CommitId(git.blob("x").name());
    CommitId hole = git.search(FILE, "a", NOWHERE);

    assertThatThrownBy(() -> reader.read(hole)).isInstanceOf(MissingObjectException.class);
    assertThatThrownBy(() -> reader.read(new CommitId(NOWHERE.name())))
        .isInstanceOf(MissingObjectException.class);
    assertThat(undeployable(blob).reason()).startsWith("OBJECT_INVALID").contains("no commit");
  }
}
