package dev.pullcord.server.githost.repository;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jgit.internal.storage.file.LockFile;
import org.eclipse.jgit.lib.Repository;

/**
 * Cuts the logs of refs, which grow by a line with each push: only the newest lines are ever read,
 * to learn who pushed.
 */
final class RefLogs {
  /** Some 300 lines. */
  static final long LONG_BYTES = 64 << 10;

  static final long KEPT_BYTES = 16 << 10;

  private final Path directory;

  RefLogs(Repository repository) {
    directory = repository.getDirectory().toPath().resolve("logs");
  }

  /** Whether there is one to cut. */
  boolean areLong() {
    try {
      return !tooLong().isEmpty();
    } catch (IOException _) {
      return false; // one is moved at this moment; the next push asks again
    }
  }

  /** To be done while no ref is moved. */
  void cut() throws IOException {
    for (Path log : tooLong()) {
      byte[] end = new byte[(int) KEPT_BYTES];
      try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
        file.seek(file.length() - KEPT_BYTES);
        file.readFully(end);
      }
      int half = 0;
      while (half < end.length && end[half] != '\n') {
        half++; // the first is half a line
      }
      replace(log, Arrays.copyOfRange(end, Math.min(half + 1, end.length), end.length));
    }
  }

  /** No branch can have the name of the lock file, and nobody else makes one of a log. */
  private static void replace(Path log, byte[] content) throws IOException {
    Files.deleteIfExists(log.resolveSibling(log.getFileName() + ".lock")); // of a killed server
    LockFile lock = new LockFile(log.toFile());
    if (!lock.lock()) {
      throw new IOException(log + " cannot be locked");
    }
    lock.write(content);
    if (!lock.commit()) {
      throw new IOException(log + " cannot be written");
    }
  }

  private List<Path> tooLong() throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && attributes.size() > LONG_BYTES) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    }
    return found;
  }
}
