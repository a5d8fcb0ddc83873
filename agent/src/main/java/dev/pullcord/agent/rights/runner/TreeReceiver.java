package dev.pullcord.agent.rights.runner;

import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes anew what another user has built, from what that user's runner sends: nothing of the other
 * user's is opened. Files and directories come to lie in directories that this has made itself, and
 * have no bits but those of a file or a program. A link may lead to what is its own, or out of the
 * state directory.
 */
final class TreeReceiver implements AutoCloseable {
  private static final int ENTRIES_MAX = 1_000_000;
  private static final long BYTES_MAX = 16L << 30;
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");

  private final Path into;
  private final Path place;
  private final Path own;
  private final Path state;
  private final Set<Path> directories = new HashSet<>();
  private @Nullable Path file;
  private @Nullable OutputStream out;
  private FileTime written = FileTime.fromMillis(0);
  private int entries;
  private long bytes;

  /**
   * Receives a tree.
   *
   * @param into an empty directory of the agent's own
   * @param place where the tree will be
   * @param own the directory, around that place, into which links may lead
   * @param state the state directory, into which no other link leads
   */
  TreeReceiver(Path into, Path place, Path own, Path state) {
    this.into = into;
    this.place = place;
    this.own = own;
    this.state = state;
    directories.add(into);
  }

  void take(byte[] frame) throws IOException {
    TreeEntry entry = TreeEntry.of(frame);
    if (entry.kind() == TreeEntry.Kind.BYTES) {
      more(frame);
      return;
    }
    close();
    if (++entries > ENTRIES_MAX) {
      throw new RefusedBuild("more than " + ENTRIES_MAX + " files were built");
    }
    Path to = inside(entry.name());
    switch (entry.kind()) {
      case DIRECTORY -> {
        Files.createDirectory(to);
        Files.setPosixFilePermissions(to, OPEN);
        directories.add(to);
      }
      case SPECIAL ->
          throw new RefusedBuild(
              entry.name()
                  + " is no file, no directory and no link; remove it at the end of the command");
      case LINK -> AtomicFiles.link(to, checked(entry));
      default -> {
        out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(to, entry.kind() == TreeEntry.Kind.PROGRAM ? OPEN : FILE);
        file = to;
        written = FileTime.fromMillis(entry.written());
      }
    }
  }

  private void more(byte[] frame) throws IOException {
    bytes += frame.length - 1;
    if (out == null || bytes > BYTES_MAX) {
      throw new RefusedBuild("more than " + BYTES_MAX + " bytes were built, or bytes of no file");
    }
    out.write(frame, 1, frame.length - 1);
  }

  private Path inside(String name) throws IOException {
    Path to = into.resolve(name);
    if (!to.normalize().equals(to) || !directories.contains(to.getParent())) {
      throw new RefusedBuild(name + " is not a path inside of what was built");
    }
    return to;
  }

  private Path checked(TreeEntry entry) throws IOException {
    Path target = Path.of(entry.target());
    Path from = place.resolve(entry.name()).resolveSibling(target).normalize();
    boolean leaves = target.isAbsolute() ? from.startsWith(state) : true;
    if (leaves && !from.startsWith(own)) {
      throw new RefusedBuild(
          "the link %s leads to %s; what was built may lead out of itself only by an absolute link,"
                  .formatted(entry.name(), target)
              + " and not into "
              + state);
    }
    return target;
  }

  /** What was sent is complete. */
  @Override
  public void close() throws IOException {
    if (out != null && file != null) {
      out.close();
      Files.setLastModifiedTime(file, written);
    }
    out = null;
    file = null;
  }
}
