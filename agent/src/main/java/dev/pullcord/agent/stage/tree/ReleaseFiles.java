package dev.pullcord.agent.stage.tree;

import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * What a release says of itself: {@code .pullcord/release.json} for people and workers; {@code
 * .pullcord/files}, one line a file, for the next release that shares some with it; and {@code
 * .pullcord/times}, a line {@code <nanoseconds since 1970> <path>} for each, when it was last
 * written, so that a later change shows. {@link ReleaseLists} writes both, {@link ListedFiles}
 * reads them.
 */
public final class ReleaseFiles {
  static final String DIRECTORY = ".pullcord";
  public static final String RELEASE = DIRECTORY + "/release.json";
  public static final String FILES = DIRECTORY + "/files";
  static final String TIMES = DIRECTORY + "/times";

  /** The modes of a file in a release. */
  public static final Set<PosixFilePermission> READ_ONLY =
      PosixFilePermissions.fromString("r--r--r--");

  /** The same of one that can be run. */
  public static final Set<PosixFilePermission> PROGRAM =
      PosixFilePermissions.fromString("r-xr-xr-x");

  private ReleaseFiles() {}

  /** {@code <mode> <object id> <size> <path>}; paths hold no control characters. */
  static String line(TreeFile file) {
    return file.kind().mode() + " " + file.objectId() + " " + file.size() + " " + file.path();
  }

  /** What such a line says; null when it is damaged. */
  static @Nullable TreeFile file(String line) {
    String[] fields = line.split(" ", 4);
    Long size = fields.length == 4 && ObjectId.isId(fields[1]) ? number(fields[2]) : null;
    return size == null ? null : new TreeFile(fields[3], kind(fields[0]), fields[1], size);
  }

  /** For people and workers. */
  public static String own(CommitId commit, String ref, Map<String, TreeId> trees, int sequence) {
    return PullcordJson.write(new Own(commit, ref, trees, sequence)) + "\n";
  }

  private record Own(CommitId commit, String ref, Map<String, TreeId> trees, int sequence) {}

  /** Null when it is none. */
  static @Nullable Long number(String digits) {
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static TreeFile.Kind kind(String mode) {
    for (TreeFile.Kind kind : TreeFile.Kind.values()) {
      if (kind.mode().equals(mode)) {
        return kind;
      }
    }
    return TreeFile.Kind.FILE;
  }
}
