package dev.pullcord.server.backup;

import dev.pullcord.server.store.postgres.PostgresNote;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a backup, which is a zip file, in their order, and which files of a state directory
 * it takes as they are. What is not named here goes into it: a file that is added to the state
 * directory one day is in the backup from then on.
 */
final class BackupLayout {
  static final String CONTENT = "backup.json";
  static final String STORE = "store.db";
  static final String REPOSITORY = "repository.bundle";
  static final String FILES = "files/";

  /** Comes last, in the form of sha256sum: a file that ends before it is not a backup. */
  static final String CHECKSUMS = "SHA256SUMS";

  private static final String REPOSITORIES = "repositories";

  /** Of a moment, or of the running process. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "lock",
          "ports.json",
          "wrong-tokens.json",
          "token-made",
          ".room",
          "lost+found",
          PostgresNote.FILE);

  private static final Pattern PART_OF_STORE = Pattern.compile("store\\.db(-.*)?");

  /** Objects and refs come as a bundle; the rest of a repository is its HEAD and its logs. */
  private static final Pattern OF_REPOSITORY =
      Pattern.compile("repositories/[^/]+\\.git/(HEAD|logs/.+)");

  private static final Pattern UNFINISHED = Pattern.compile(".*\\.(tmp|lock|part|new)");

  /** With these each backup would hold all before it, as those of older versions do. */
  private static final String EARLIER_BACKUP = ".backup";

  private BackupLayout() {}

  /** The files that are taken as they are, relative to the state directory. */
  static List<Path> files(Path state) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        state,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            Path relative = state.relativize(file);
            if (attributes.isRegularFile() && isTaken(relative.toString())) {
              files.add(relative);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (!Files.exists(file)) {
              return FileVisitResult.CONTINUE; // it has gone while we looked
            }
            throw e;
          }
        });
    files.sort(null);
    return files;
  }

  static boolean isTaken(String relative) {
    return isKnown(relative)
        && (relative.startsWith(REPOSITORIES + "/") || !relative.endsWith(EARLIER_BACKUP));
  }

  /** Whether this version or an older one takes it. */
  static boolean isKnown(String relative) {
    if (relative.startsWith(REPOSITORIES + "/")) {
      return OF_REPOSITORY.matcher(relative).matches() && !relative.endsWith(".lock");
    }
    return !LEFT_OUT.contains(relative)
        && !PART_OF_STORE.matcher(relative).matches()
        && !UNFINISHED.matcher(relative).matches();
  }

  /** The one repository of a state directory. */
  static Path repository(Path state) throws IOException {
    Path folder = state.resolve(REPOSITORIES);
    try (var entries = Files.list(folder)) {
      List<Path> found =
          entries.filter(p -> p.getFileName().toString().endsWith(".git")).sorted().toList();
      if (found.size() != 1) {
        throw new IOException(
            folder + " holds " + found.size() + " repositories; exactly one expected");
      }
      return found.getFirst();
    }
  }

  /** {@code fleet} of a file of that repository; null for another file. */
  static @Nullable String repositoryOf(String relative) {
    if (!OF_REPOSITORY.matcher(relative).matches()) {
      return null;
    }
    String rest = relative.substring(REPOSITORIES.length() + 1);
    return rest.substring(0, rest.indexOf(".git/"));
  }
}
