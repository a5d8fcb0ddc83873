package dev.pullcord.git.tree;

import static dev.pullcord.git.tree.TreeWriter.FILE;
import static dev.pullcord.git.tree.TreeWriter.LINK;
import static dev.pullcord.git.tree.TreeWriter.TREE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushedObjectsTest {
  @TempDir Path directory;
  private TreeWriter git;

  @BeforeEach
  void make() throws IOException {
    git = new TreeWriter(directory);
  }

  @AfterEach
  void close() {
    git.close();
  }

  private String judged(byte[] tree) {
    try {
      new PushedObjects().checkTree(null, tree);
      return "";
    } catch (CorruptObjectException e) {
      return PushedObjects.line(new IOException("unpack failed", e));
    }
  }

  private String judged(Object... entries) {
    return judged(git.bytes(entries));
  }

  @Test
  void takesWhatGitTakes() {
    assertThat(judged(FILE, "a", "x", LINK, "b", "a", TREE, "c", git.tree())).isEmpty();
    assertThat(judged()).isEmpty();
  }

  @Test
  void saysWhatIsWrongAsANodeWould() {
    assertThat(judged(FILE, "..", "x"))
        .matches("TREE_PATH  \"\\.\\.\" in tree [0-9a-f]{7}  not the name of a file — such .*");
    assertThat(judged(FILE, ".git", "x")).contains("a name that git keeps for itself");
    assertThat(judged(FILE, "a", "x", FILE, "a", "y"))
        .startsWith("OBJECT_INVALID  \"a\" in tree")
        .endsWith("two entries under one name");
    assertThat(judged(LINK, "a", "x", FILE, "a", "y")).startsWith("TREE_CONFLICT");
    assertThat(judged("170000", "a", "x")).startsWith("TREE_MODE  \"a\"").contains("mode 170000");
  }

  @Test
  void aModeOfMoreThanSixteenBitsIsRefused() {
    assertThat(judged("300100644", "a", "x")).startsWith("TREE_MODE").contains("mode 300100644");
  }

  @Test
  void whatIsNoTreeIsSaidInGitsWords() {
    assertThat(judged("no tree".getBytes(StandardCharsets.US_ASCII)))
        .matches("OBJECT_INVALID  tree [0-9a-f]{7}  .+");
    assertThat(judged(FILE, "b", "x", FILE, "a", "y")).startsWith("OBJECT_INVALID  tree");
  }

  @Test
  void aFailureOfAnotherKindHasACodeToo() {
    assertThat(PushedObjects.line(new IOException("the pipe broke")))
        .isEqualTo("OBJECT_INVALID  the pipe broke");
  }
}
