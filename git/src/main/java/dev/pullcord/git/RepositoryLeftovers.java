package dev.pullcord.git;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds what a killed process has left in a bare repository that this process alone writes to: lock
 * files, objects or packs that were half written, and marks that keep a pack from being merged.
 *
 * <p>Everything is named by the place where JGit makes it as well as by its name: a branch may be
 * called {@code incoming_orders}, but no ref can end with {@code .lock}.
 */
public final class RepositoryLeftovers {
  // JGit: objects/incoming_<n>.pack and .idx while a pack comes in, objects/noz<n>.tmp for an
  // object of its own, objects/pack/gc_<n>.…_tmp while it repacks, objects/pack/pack-….keep until
  // the refs have moved that lead to a pack.
  private static final Pattern IN_OBJECTS =
      Pattern.compile("incoming_[0-9]+\\.(pack|idx)|noz[0-9]+\\.tmp");
  private static final Pattern IN_PACKS =
      Pattern.compile("(gc_|commit_)[0-9]+.*_tmp|pack-[0-9a-f]+\\.keep");
  private static final Pattern AT_TOP = Pattern.compile(".+\\.lock|gc\\.pid");
  private static final Pattern LOCK = Pattern.compile(".+\\.lock");

  private RepositoryLeftovers() {}

  /** The files that may be deleted while nothing else works in the repository. */
  public static List<Path> in(Path gitDir) throws IOException {
    List<Path> found = new ArrayList<>();
    list(gitDir, AT_TOP, found);
    Path objects = gitDir.resolve("objects");
    list(objects, IN_OBJECTS, found);
    list(objects.resolve("pack"), IN_PACKS, found);
    list(objects.resolve("pack"), IN_OBJECTS, found);
    list(objects.resolve("pack"), LOCK, found);
    list(objects.resolve("info"), LOCK, found);
    found.addAll(locks(gitDir.resolve("refs")));
    return found;
  }

  /**
   * Packs without an index: JGit reads none, takes it for there, and keeps no other of its name.
   */
  public static List<Path> halves(Path gitDir) throws IOException {
    List<Path> packs = new ArrayList<>();
    list(gitDir.resolve("objects/pack"), Pattern.compile("pack-.+\\.pack"), packs);
    packs.removeIf(pack -> {
      String name = pack.getFileName().toString();
      return Files.exists(pack.resolveSibling(name.replaceFirst("\\.pack$", ".idx")));
    });
    return packs;
  }

  private static void list(Path directory, Pattern names, List<Path> found) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (names.matcher(entry.getFileName().toString()).matches() && isFile(entry)) {
          found.add(entry);
        }
      }
    }
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Of refs, at any depth; no link is followed. */
  private static List<Path> locks(Path refs) throws IOException {
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(refs, LinkOption.NOFOLLOW_LINKS)) {
      return found;
    }
    Files.walkFileTree(
        refs,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (attributes.isRegularFile() && LOCK.matcher(name).matches()) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
