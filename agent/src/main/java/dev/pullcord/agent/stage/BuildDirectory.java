package dev.pullcord.agent.stage;

import dev.pullcord.agent.host.AtomicFiles;
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
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code .pullcord/build} of a release: the one directory that can be written there, until it is
 * sealed. It is made with the release when the manifest has something to build. That it cannot be
 * written any more says that all was built and is on disk: it is sealed from the inside out, itself
 * last.
 */
public final class BuildDirectory {
  /** Below the release. */
  static final String NAME = ReleaseFiles.DIRECTORY + "/build";

  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> SEALED =
      PosixFilePermissions.fromString("r-xr-xr-x");
  private static final Set<PosixFilePermission> SEALED_FILE =
      PosixFilePermissions.fromString("r--r--r--");

  private final Path path;

  /** Of that release. */
  public BuildDirectory(Path release) {
    this.path = release.resolve(NAME);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Whether there is nothing to build, or all of it is built. */
  public boolean done() throws IOException {
    return !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        || !Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_WRITE);
  }

  /** Makes it while the release is still open. */
  void create() throws IOException {
    Files.createDirectory(path);
    Files.setPosixFilePermissions(path, OPEN);
  }

  /** Takes away what a build that came to no good end has left. */
  public void empty() throws IOException {
    List<Path> leftovers;
    try (Stream<Path> entries = Files.list(path)) {
      leftovers = entries.toList();
    }
    for (Path leftover : leftovers) {
      AtomicFiles.deleteTree(leftover);
    }
  }

  /** Forces what was built to the disk, and takes the right to write away. */
  public void seal() throws IOException {
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
