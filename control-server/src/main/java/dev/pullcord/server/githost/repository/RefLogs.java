package dev.pullcord.server.githost.repository;

import dev.pullcord.protocol.id.CommitId;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.internal.storage.file.LockFile;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts the logs of refs, which grow by a line with each push: only the newest lines are ever read,
 * to learn who pushed.
 */
final class RefLogs {
  /** Some 300 lines. */
  static final long LONG_BYTES = 64 << 10;

  static final long KEPT_BYTES = 16 << 10;

  /** Of a log that nobody has cut yet. */
  private static final long READ_BYTES = 256 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(RefLogs.class);

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

  /**
   * Who moved a branch to this commit last; empty if no line says so. Looks for that alone and
   * reads over all else: a loss of power leaves zeros at the end of a log, and the next line is
   * written behind them. That must not keep a push from its nodes.
   */
  Optional<String> mover(String branch, CommitId commit) {
    File log = new File(directory.toFile(), Constants.R_HEADS + branch);
    try (RandomAccessFile file = new RandomAccessFile(log, "r")) {
      byte[] end = new byte[(int) Math.min(file.length(), READ_BYTES)];
      file.seek(file.length() - end.length);
      file.readFully(end);
      return Pattern.compile("[0-9a-f]{40} " + commit.value() + " ([^<\\x00\\n]*) <")
          .matcher(new String(end, StandardCharsets.UTF_8))
          .results()
          .reduce((_, later) -> later)
          .map(line -> line.group(1));
    } catch (IOException e) {
      LOG.debug("nobody knows who moved {}: {}", branch, e.toString());
      return Optional.empty();
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
