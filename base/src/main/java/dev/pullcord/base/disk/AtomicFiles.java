package dev.pullcord.base.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes to the file system that are whole or not there, also after a power loss: written aside,
 * forced, renamed, and the directory forced. What is aside carries the name's suffix {@code .new},
 * so that a leftover of a killed process is replaced by the next try.
 */
public final class AtomicFiles {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final Set<PosixFilePermission> SHARED =
      PosixFilePermissions.fromString("rw-r--r--");

  private static final Set<PosixFilePermission> PASSABLE =
      PosixFilePermissions.fromString("rwx--x--x");

  private static final Set<PosixFilePermission> LISTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");

  private AtomicFiles() {}

  /** Replaces a file's content; the file is readable and writable by its owner alone. */
  public static void write(Path file, String content) throws IOException {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Replaces a file's content; the file is readable and writable by its owner alone. */
  public static void write(Path file, byte[] content) throws IOException {
    Path aside = aside(file);
    Files.deleteIfExists(aside);
    try (FileChannel channel =
        FileChannel.open(
            aside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    rename(aside, file);
  }

  /** As {@link #write}; also makes the directories above the file, for their owner alone. */
  public static void writeWithDirectories(Path file, String content) throws IOException {
    createPrivateDirectories(directoryOf(file));
    write(file, content);
  }

  /** Makes an empty file that its owner alone reads and writes, unless there is one. */
  public static void createPrivate(Path file) throws IOException {
    try {
      Files.createFile(file, PRIVATE);
    } catch (FileAlreadyExistsException e) {
      // It was made before a kill.
    }
  }

  /**
   * Makes a file that its owner alone reads and writes; not forced.
   *
   * @throws FileAlreadyExistsException when there is one
   */
  public static void createNew(Path file, String content) throws IOException {
    Files.createFile(file, PRIVATE);
    Files.writeString(file, content, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  /** Adds to a file, which is made for its owner alone where it is not there; not forced. */
  public static void append(Path file, String content) throws IOException {
    createPrivate(file);
    Files.writeString(file, content, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes a directory for its owner alone, with those above it, unless it is there. */
  public static void createPrivateDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, PRIVATE_DIRECTORY);
  }

  /** As {@link #write}, whole but not forced: for what means nothing after a power loss. */
  public static void writeUnforced(Path file, String content) throws IOException {
    Path aside = aside(file);
    Files.deleteIfExists(aside);
    createNew(aside, content);
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** As {@link #writeUnforced}, for a file that workers of other users read. */
  public static void writeShared(Path file, String content) throws IOException {
    Path aside = aside(file);
    Files.deleteIfExists(aside);
    createNew(aside, content);
    Files.setPosixFilePermissions(aside, SHARED);
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Makes a directory that workers of other users pass through, with those above it. */
  public static void createSharedDirectories(Path directory) throws IOException {
    createPrivateDirectories(directory);
    Files.setPosixFilePermissions(directory, PASSABLE);
  }

  /** Lets workers of other users list a directory. */
  public static void openForReading(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, LISTABLE);
  }

  /** Renames over whatever is there, and forces the directories on both sides. */
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceDirectory(directoryOf(to));
    if (!directoryOf(from).equals(directoryOf(to))) {
      forceDirectory(directoryOf(from));
    }
  }

  /**
   * Points a link elsewhere in one step: nobody ever sees it missing. Forced, so that a link that
   * was seen does not come back as it was.
   */
  public static void swapLink(Path link, Path target) throws IOException {
    swapLinkUnforced(link, target);
    forceDirectory(directoryOf(link));
  }

  /** As {@link #swapLink}, for links that no one follows any more after a power loss. */
  public static void swapLinkUnforced(Path link, Path target) throws IOException {
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
      String what = Files.isDirectory(link, LinkOption.NOFOLLOW_LINKS) ? "directory" : "file";
      throw new IOException(link + " is a " + what + ", a link is expected; move it away");
    }
    Path aside = aside(link);
    Files.deleteIfExists(aside);
    Files.createSymbolicLink(aside, target);
    Files.move(aside, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Makes a link in a directory that nobody sees yet. */
  public static void link(Path link, Path target) throws IOException {
    Files.createSymbolicLink(link, target);
  }

  /** Where a link points, as it is written; null when there is none. */
  public static @Nullable Path readLink(Path link) throws IOException {
    return Files.isSymbolicLink(link) ? Files.readSymbolicLink(link) : null;
  }

  /** Takes away a link or a file for good. */
  public static void remove(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      forceDirectory(directoryOf(file));
    }
  }

  /** Makes what was created, renamed or removed in a directory survive a power loss. */
  public static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path aside(Path file) {
    return file.resolveSibling(file.getFileName() + ".new");
  }

  static Path directoryOf(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new NoSuchFileException(file.toString(), null, "the root has no directory");
    }
    return parent;
  }
}
