package dev.pullcord.base.disk;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Forces and deletes whole trees of files; no link is followed. */
public final class FileTrees {
  private static final AtomicLong UNIQUE = new AtomicLong();

  private FileTrees() {}

  /** Makes a small tree survive a power loss as it is now. */
  public static void force(Path tree) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(tree)) {
      all = walk.filter(path -> !Files.isSymbolicLink(path)).toList();
    }
    for (Path path : all.reversed()) {
      AtomicFiles.forceDirectory(path); // a file is forced in the same way
    }
    AtomicFiles.forceDirectory(AtomicFiles.directoryOf(tree));
  }

  /**
   * Deletes a tree in two steps: a rename into {@code graveyard}, whose content nobody trusts, and
   * then the deletion, which may be cut short at any point.
   */
  public static void delete(Path tree, Path graveyard) throws IOException {
    if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(tree);
      return;
    }
    Path grave = graveyard.resolve("deleted-" + UNIQUE.incrementAndGet() + "-" + System.nanoTime());
    permit(tree);
    try {
      AtomicFiles.rename(tree, grave);
    } catch (AtomicMoveNotSupportedException e) {
      delete(tree); // it lies on another file system
      return;
    }
    delete(grave);
  }

  /**
   * Deletes a tree where it is, read-only directories included; links are not followed. A file that
   * somebody else deletes meanwhile is gone, too.
   */
  public static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            permit(directory);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException exception)
              throws IOException {
            if (exception instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw exception;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException exception)
              throws IOException {
            if (exception != null) {
              throw exception;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void permit(Path directory) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
    if (!permissions.contains(PosixFilePermission.OWNER_WRITE)) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
