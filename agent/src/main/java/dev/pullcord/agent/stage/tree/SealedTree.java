package dev.pullcord.agent.stage.tree;

import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory that something is built in, which can be written until that is done. That it cannot
 * be written any more says that all was built and is on disk: it is sealed from the inside out,
 * itself last.
 */
public final class SealedTree {
  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> SEALED =
      PosixFilePermissions.fromString("r-xr-xr-x");
  private static final Set<PosixFilePermission> SEALED_FILE =
      PosixFilePermissions.fromString("r--r--r--");

  private final Path path;

  /** There. */
  public SealedTree(Path path) {
    this.path = path;
  }

  /** What {@code prepare} builds in a release; there from the start if the manifest has any. */
  public static SealedTree buildOf(Path release) {
    return new SealedTree(release.resolve(ReleaseFiles.DIRECTORY + "/build"));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Whether it is there at all. */
  public boolean exists() {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether all is built. */
  public boolean sealed() throws IOException {
    return exists()
        && !Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_WRITE);
  }

  /**
   * How it differs from what was built.
   *
   * @param shown what its paths begin with in a message
   */
  public Differences damage(String shown) {
    return BuiltFiles.of(path, shown);
  }

  /** Makes it; its parent has to be there. */
  public void create() throws IOException {
    Files.createDirectory(path);
    Files.setPosixFilePermissions(path, OPEN);
  }

  /** Notes what was built, forces it to the disk, and takes the right to write away. */
  public void seal() throws IOException {
    BuiltFiles.note(path);
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              sealFile(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException exception)
              throws IOException {
            if (exception != null) {
              throw exception;
            }
            AtomicFiles.forceDirectory(directory);
            Files.setPosixFilePermissions(directory, SEALED);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void sealFile(Path file) throws IOException {
    boolean program =
        Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
    Files.setPosixFilePermissions(file, program ? SEALED : SEALED_FILE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
