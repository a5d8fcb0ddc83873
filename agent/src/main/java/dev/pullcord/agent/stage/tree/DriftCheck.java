package dev.pullcord.agent.stage.tree;

import dev.pullcord.agent.history.Release;
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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares a release with what was staged without reading a file's content: what has appeared, what
 * is gone, and whose kind, size, mode or time of writing is another one. Inodes are not looked at:
 * they change when a state directory is moved to another disk.
 */
public final class DriftCheck {
  private final ListedFiles list;
  private final Differences.Found found = new Differences.Found();

  private DriftCheck(ListedFiles list) {
    this.list = list;
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
    byte[] expected =
        ReleaseFiles.own(known.commit(), known.ref(), known.trees(), known.sequence())
            .getBytes(StandardCharsets.UTF_8);
    try (ListedFiles list = ListedFiles.of(release)) {
      DriftCheck check = new DriftCheck(list);
      if (!Arrays.equals(expected, Files.readAllBytes(release.resolve(ReleaseFiles.RELEASE)))) {
        check.found.add(ReleaseFiles.RELEASE, "is not as it was written");
      }
      check.directory(release, "");
      return check.found.all();
    }
  }

  /**
   * Goes through what the list has in this directory, which is one part of it, and looks for each
   * on disk. What is on disk besides has appeared.
   */
  private void directory(Path directory, String prefix) throws IOException {
    Set<String> names = names(directory);
    if (prefix.isEmpty()) {
      names.remove(ReleaseFiles.DIRECTORY);
    }
    for (String next = list.path(); next != null && next.startsWith(prefix); next = list.path()) {
      int slash = next.indexOf('/', prefix.length());
      String path = slash < 0 ? next : next.substring(0, slash);
      String name = path.substring(prefix.length());
      if (slash < 0) {
        file(directory.resolve(name), names.remove(name), Objects.requireNonNull(list.next()));
      } else {
        subdirectory(directory.resolve(name), names.remove(name), path);
      }
    }
    names.forEach(name -> found.add(prefix + name, "has appeared"));
  }

  private static Set<String> names(Path directory) throws IOException {
    Set<String> names = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return names;
  }

  private void file(Path entry, boolean there, ListedFiles.Listed listed) throws IOException {
    String what = "is gone";
    if (there) {
      PosixFileAttributes attributes =
          Files.readAttributes(entry, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      FileTime written = listed.written();
      what =
          written == null
              ? "is not in " + ReleaseFiles.TIMES
              : difference(listed.file(), written, attributes);
    }
    found.add(listed.file().path(), what);
  }

  private void subdirectory(Path entry, boolean there, String path) throws IOException {
    if (there && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
      directory(entry, path + "/");
      return;
    }
    if (there) {
      found.add(path, "is no directory any more");
    }
    gone(path + "/");
  }

  /** All that the list has next and that begins so. */
  private void gone(String prefix) throws IOException {
    for (String next = list.path(); next != null && next.startsWith(prefix); next = list.path()) {
      found.add(next, "is gone");
      list.next();
    }
  }

  /**
   * What is different about a file; empty when nothing is.
   *
   * @param written when it was; null when that was not noted
   */
  public static String difference(
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
          file.kind() == TreeFile.Kind.EXECUTABLE ? ReleaseFiles.PROGRAM : ReleaseFiles.READ_ONLY;
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
