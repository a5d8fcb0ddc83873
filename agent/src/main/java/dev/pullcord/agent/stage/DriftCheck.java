package dev.pullcord.agent.stage;

import dev.pullcord.agent.journal.Release;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.git.tree.TreeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares a release with what was staged without reading a file's content: what has appeared, what
 * is gone, and whose kind, size, mode or time of writing is another one. Inodes are not looked at:
 * they change when a state directory is moved to another disk.
 */
public final class DriftCheck {
  private final Map<String, TreeFile> files;
  private final Map<String, FileTime> times;
  private final Set<String> directories = new HashSet<>();
  private final Differences.Found found = new Differences.Found();

  private DriftCheck(Path release) throws IOException {
    this.files = ReleaseFiles.read(release);
    this.times = ReleaseFiles.readTimes(release);
    for (String path : files.keySet()) {
      String parent = path;
      for (int at; (at = parent.lastIndexOf('/')) > 0; ) {
        parent = parent.substring(0, at);
        if (!directories.add(parent)) {
          break;
        }
      }
    }
  }

  /**
   * What differs; that it cannot be read is a difference, too.
   *
   * @param path of the release
   * @param known as it was staged
   */
  public static Differences of(Path path, Release known) {
    try {
      return differences(path, known);
    } catch (IOException e) {
      return new Differences(1, List.of("it cannot be read: " + FileFault.of(e, path)));
    } catch (DirectoryIteratorException e) {
      return new Differences(
          1, List.of("it cannot be read: " + FileFault.of(Objects.requireNonNull(e.getCause()))));
    }
  }

  private static Differences differences(Path release, Release known) throws IOException {
    Differences.Found own = new Differences.Found();
    for (String name : List.of(ReleaseFiles.FILES, ReleaseFiles.TIMES, ReleaseFiles.RELEASE)) {
      if (!Files.isRegularFile(release.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        own.add(
            name,
            Files.exists(release.resolve(name), LinkOption.NOFOLLOW_LINKS)
                ? "is no file any more"
                : "is gone");
      }
    }
    if (!own.all().none()) {
      return own.all(); // without them there is nothing to compare with
    }
    DriftCheck check = new DriftCheck(release);
    byte[] expected =
        ReleaseFiles.own(known.commit(), known.ref(), known.trees(), known.sequence())
            .getBytes(StandardCharsets.UTF_8);
    if (!Arrays.equals(expected, Files.readAllBytes(release.resolve(ReleaseFiles.RELEASE)))) {
      check.found.add(ReleaseFiles.RELEASE, "is not as it was written");
    }
    Set<String> seen = new HashSet<>();
    check.walk(release, "", seen);
    for (String path : check.files.keySet()) {
      if (!seen.contains(path)) {
        check.found.add(path, "is gone");
      }
    }
    return check.found.all();
  }

  private void walk(Path directory, String prefix, Set<String> seen) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String path = prefix + entry.getFileName();
        if (path.equals(ReleaseFiles.DIRECTORY)) {
          continue;
        }
        PosixFileAttributes attributes =
            Files.readAttributes(entry, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        TreeFile file = files.get(path);
        if (attributes.isDirectory() && directories.contains(path)) {
          walk(entry, path + "/", seen);
        } else if (file == null) {
          found.add(path, directories.contains(path) ? "is no directory any more" : "has appeared");
        } else {
          seen.add(path);
          FileTime written = times.get(path);
          found.add(
              path,
              written == null
                  ? "is not in " + ReleaseFiles.TIMES
                  : difference(file, written, attributes));
        }
      }
    }
  }

  /**
   * What is different about a file; empty when nothing is.
   *
   * @param written when it was; null when that was not noted
   */
  static String difference(
      TreeFile file, @Nullable FileTime written, PosixFileAttributes attributes) {
    if (file.kind() == TreeFile.Kind.LINK) {
      if (!attributes.isSymbolicLink()) {
        return "is no link any more";
      }
    } else {
      if (!attributes.isRegularFile()) {
        return "is no file any more";
      }
      Set<PosixFilePermission> mode =
          file.kind() == TreeFile.Kind.EXECUTABLE ? Exporter.PROGRAM : Exporter.READ_ONLY;
      if (attributes.size() != file.size()) {
        return "has " + attributes.size() + " bytes instead of " + file.size();
      }
      if (!attributes.permissions().equals(mode)) {
        return "has mode "
            + PosixFilePermissions.toString(attributes.permissions())
            + " instead of "
            + PosixFilePermissions.toString(mode);
      }
    }
    return written == null || written.equals(attributes.lastModifiedTime())
        ? ""
        : "was written at " + attributes.lastModifiedTime();
  }
}
