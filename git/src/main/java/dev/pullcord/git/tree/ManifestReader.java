package dev.pullcord.git.tree;

import dev.pullcord.git.tree.RawTree.Entry;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/** Reads the manifest at the root of a commit, however hostile that root is. */
public final class ManifestReader {
  // One byte more than the parser takes, so that it sees and says that it is too large.
  private static final int READ_MAX = (256 << 10) + 1;

  private ManifestReader() {}

  /** The manifest, or what is wrong with it. */
  public static ManifestResult read(ObjectReader reader, CommitId commit, ObjectId root)
      throws IOException {
    try {
      Entry file = entry(reader, root);
      if (file == null) {
        return invalid(ManifestProblem.missing(commit));
      }
      return file.isFile()
          ? parse(reader, file.id())
          : invalid(ManifestProblem.notAFile("of mode " + Integer.toOctalString(file.mode())));
    } catch (IncorrectObjectTypeException e) {
      return invalid(
          new ManifestProblem(
              "OBJECT_INVALID",
              0,
              0,
              "",
              "the tree of "
                  + commit.abbreviated()
                  + " or this file is another kind of object: "
                  + e.getMessage()));
    }
  }

  /** Its entry in the root; null when there is none, or when the root is no tree of git. */
  static @Nullable Entry entry(ObjectReader reader, ObjectId root) throws IOException {
    ObjectLoader tree = reader.open(root, Constants.OBJ_TREE);
    if (tree.getSize() > TreeLimits.TREE_BYTES_MAX) {
      return null;
    }
    List<Entry> entries = RawTree.parse(tree.getCachedBytes(TreeLimits.TREE_BYTES_MAX));
    return entries == null
        ? null
        : entries.stream().filter(e -> Manifest.FILE.equals(e.text())).findFirst().orElse(null);
  }

  private static ManifestResult parse(ObjectReader reader, ObjectId blob) throws IOException {
    try (InputStream content = reader.open(blob, Constants.OBJ_BLOB).openStream()) {
      return ManifestParser.parse(content.readNBytes(READ_MAX));
    }
  }

  private static ManifestResult invalid(ManifestProblem problem) {
    return new ManifestResult.Invalid(List.of(problem));
  }
}
