package dev.pullcord.base.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at a path of a state directory before anything in it is trusted, written or deleted: it is
 * no link, it belongs to who runs the program, and nobody else can write it. What others could only
 * read is closed to them; of a secret that they could read, a person has to know.
 */
public final class StatePath {
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final Path path;
  private final boolean directory;
  private final Set<PosixFilePermission> most;

  private StatePath(Path path, boolean directory, String most) {
    this.path = path;
    this.directory = directory;
    this.most = PosixFilePermissions.fromString(most);
  }

  /** A directory that only its owner enters. */
  public static StatePath closed(Path path) {
    return new StatePath(path, true, "rwx------");
  }

  /** A directory that others pass through to what they know the name of, and do not list. */
  public static StatePath passable(Path path) {
    return new StatePath(path, true, "rwx--x--x");
  }

  /** A file that only its owner reads. */
  public static StatePath file(Path path) {
    return new StatePath(path, false, "rw-------");
  }

  /** A file that its owner reads, and to which one group may append: the log of its process. */
  public static StatePath log(Path path) {
    return new StatePath(path, false, "rw--w----");
  }

  /**
   * What is wrong with it, and the command to run; empty where nothing is, or it is not there.
   *
   * @param anyOwner whether it may belong to somebody else, as for root who works for another user
   */
  public Optional<String> problem(boolean anyOwner) {
    return problem(anyOwner, true);
  }

  /** The same, and changes nothing: what others can only read is no problem, but left open. */
  public Optional<String> problemAsItIs(boolean anyOwner) {
    return problem(anyOwner, false);
  }

  private Optional<String> problem(boolean anyOwner, boolean closes) {
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      Optional<String> problem = look(anyOwner);
      if (closes && problem.isEmpty()) {
        close();
      }
      return problem;
    } catch (IOException e) {
      return Optional.of("STATE_PERMISSIONS  " + FileFault.of(e, path));
    }
  }

  private Optional<String> look(boolean anyOwner) throws IOException {
    PosixFileAttributes is =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (is.isSymbolicLink()) {
      return Optional.of(
          ("LINK_FOREIGN  %s is a link to %s, and nothing is written or deleted through a link;"
                  + " look at it, then: rm %s")
              .formatted(path, Files.readSymbolicLink(path), path));
    }
    if (directory ? !is.isDirectory() : !is.isRegularFile()) {
      return Optional.of(
          "STATE_PERMISSIONS  %s is no %s, and one is expected; move it away"
              .formatted(path, directory ? "directory" : "file"));
    }
    Object uid = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (!anyOwner && !uid.equals(self)) {
      String me = System.getProperty("user.name", "?");
      return Optional.of(
          ("STATE_PERMISSIONS  %s belongs to user %s, and this program runs as %s; run it as %s,"
                  + " or: chown -R %s %s")
              .formatted(path, is.owner().getName(), me, is.owner().getName(), me, path));
    }
    return modes(is.permissions());
  }

  private Optional<String> modes(Set<PosixFilePermission> now) throws IOException {
    Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS_WRITE);
    open.retainAll(now);
    open.removeAll(most);
    if (!open.isEmpty() && !isEmptyDirectory()) {
      return Optional.of(
          ("STATE_PERMISSIONS  %s can be written by others (%s), so what is in it may be theirs;"
                  + " look at it, then: chmod %s %s")
              .formatted(path, PosixFilePermissions.toString(now), octal(), path));
    }
    return Optional.empty();
  }

  private void close() throws IOException {
    Set<PosixFilePermission> now = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> less = EnumSet.noneOf(PosixFilePermission.class);
    less.addAll(now);
    less.retainAll(most);
    if (directory) {
      less.addAll(most);
    }
    if (!less.equals(now)) {
      Files.setPosixFilePermissions(path, less);
    }
  }

  private boolean isEmptyDirectory() throws IOException {
    if (!directory) {
      return false;
    }
    try (var entries = Files.newDirectoryStream(path)) {
      return !entries.iterator().hasNext();
    }
  }

  private String octal() {
    int mode = 0;
    for (PosixFilePermission each : PosixFilePermission.values()) {
      mode = mode << 1 | (most.contains(each) ? 1 : 0);
    }
    return "%04o".formatted(mode);
  }
}
