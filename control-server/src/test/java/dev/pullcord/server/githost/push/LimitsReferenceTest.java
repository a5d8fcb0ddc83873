package dev.pullcord.server.githost.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.git.pack.PackLimits;
import dev.pullcord.git.tree.TreeLimits;
import dev.pullcord.server.githost.entry.EntryLimits;
import dev.pullcord.server.store.DeploymentTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page of limits says what the code holds, row by row. */
class LimitsReferenceTest {
  @Test
  void saysTheLimitsThatTheCodeHolds() throws IOException {
    PackLimits pack = EntryLimits.PACK;
    Map<String, String> held = new LinkedHashMap<>();
    held.put("files, links and directories of all bundles", count(TreeLimits.ENTRIES_MAX));
    held.put("all paths together", mebi(TreeLimits.PATHS_LENGTH_MAX) + " Mi characters");
    held.put("directories in each other", count(TreeLimits.DEPTH_MAX));
    held.put("a name", count(TreeLimits.NAME_BYTES_MAX) + " bytes");
    held.put("a path", count(TreeLimits.PATH_BYTES_MAX) + " bytes");
    held.put("a directory, as git stores it", mebi(TreeLimits.TREE_BYTES_MAX) + " MiB");
    held.put("a file", mebi(TreeLimits.BLOB_BYTES_MAX) + " MiB");
    held.put("all files of a release", gibi(TreeLimits.RELEASE_BYTES_MAX) + " GiB");
    held.put("the target of a link", count(TreeLimits.LINK_BYTES_MAX) + " bytes");
    held.put("a commit or a tag, with its message", mebi(pack.messageBytes()) + " MiB");
    held.put("a push", gibi(pack.bytes()) + " GiB");
    held.put("a fetch from the upstream", gibi(EntryLimits.FETCH.bytes()) + " GiB");
    held.put("objects in a push or a fetch", count(pack.objects()));
    held.put("changes of large files in a push, unpacked", gibi(pack.wholeBytes()) + " GiB");
    held.put(
        "changes of large files in a fetch, unpacked",
        gibi(EntryLimits.FETCH.wholeBytes()) + " GiB");
    held.put(
        "deployments with their nodes, and with the waves of their rollout",
        "the newest " + count(DeploymentTable.WITH_MEMBERS));
    held.put(
        "deployments with how many nodes ended how", "the newest " + count(DeploymentTable.KEPT));

    assertThat(said()).containsExactlyEntriesOf(held);
  }

  /** One row serves for both, so both have to be the same. */
  @Test
  void takesNoOtherFileInAPushThanInARelease() {
    assertThat(EntryLimits.PACK.blobBytes()).isEqualTo(TreeLimits.BLOB_BYTES_MAX);
    assertThat(EntryLimits.PACK.treeBytes()).isEqualTo(TreeLimits.TREE_BYTES_MAX);
  }

  @Test
  void saysFromWhichSizeAChangedFileIsStoredWhole() throws IOException {
    assertThat(page().replaceAll("\\s+", " "))
        .contains(
            "stored whole when it is larger than "
                + mebi(EntryLimits.PACK.wholeFromBytes())
                + " MiB");
  }

  /** The rows of all tables, each without its head, which stands before a line of dashes. */
  private static Map<String, String> said() throws IOException {
    List<String> lines = page().lines().toList();
    Map<String, String> rows = new LinkedHashMap<>();
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (lines.get(i).startsWith("| ") && !lines.get(i + 1).startsWith("|---")) {
        String[] cells = lines.get(i).split("\\|", -1);
        rows.put(cells[1].strip(), cells[2].strip());
      }
    }
    return rows;
  }

  private static String page() throws IOException {
    return Files.readString(
        Path.of(System.getProperty("pullcord.root"), "docs/reference/limits.md"));
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String mebi(long number) {
    return exactly(number, 20);
  }

  private static String gibi(long number) {
    return exactly(number, 30);
  }

  /** No rounding: a limit that the page cannot say in this unit is another one. */
  private static String exactly(long number, int bits) {
    assertThat(number % (1L << bits)).as("%d in units of 2^%d", number, bits).isZero();
    return count(number >> bits);
  }
}
