package dev.pullcord.agent.stage.tree;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was built in a directory, so that later damage shows: the name, kind, size and
 * time of writing of each file and link, in {@value #LIST} of that directory. No content is read.
 *
 * <p>What Python compiles for itself may appear in a {@code __pycache__} without being a
 * difference. A directory that an older agent has sealed has no list; nothing is said of it.
 */
final class BuiltFiles {
  static final String LIST = ".pullcord-files";
  private static final String COMPILED = "__pycache__";

  private BuiltFiles() {}

  /** Writes the list of what is there now. */
  static void note(Path tree) throws IOException {
    StringBuilder list = new StringBuilder();
    Files.walkFileTree(
        tree,
        new Lister(tree) {
          @Override
          void found(String path, String what) {
            list.append(what).append(' ').append(path).append('\n');
          }
        });
    AtomicFiles.write(tree.resolve(LIST), list.toString());
  }

  /**
   * How a directory differs from its list; that it cannot be read is a difference, too.
   *
   * @param shown what its paths begin with in a message
   */
  static Differences of(Path tree, String shown) {
    Differences.Found differences = new Differences.Found();
    try {
      if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
        differences.add(shown, "is gone");
      } else {
        compare(tree, shown, differences);
      }
    } catch (IOException e) {
      differences.add(shown, "cannot be read: " + FileFault.of(e));
    } catch (UncheckedIOException e) {
      differences.add(shown, "cannot be read: " + FileFault.of(e));
    }
    return differences.all().ofBuilt();
  }

  private static void compare(Path tree, String shown, Differences.Found differences)
      throws IOException {
    Map<String, String> noted = read(tree);
    if (noted == null) {
      return;
    }
    Files.walkFileTree(
        tree,
        new Lister(tree) {
          @Override
          void found(String path, String what) {
            String before = noted.remove(path);
            if (before != null) {
              differences.add(shown + "/" + path, change(before, what));
            } else if (!isCompiled(path)) {
              differences.add(shown + "/" + path, "has appeared");
            }
          }
        });
    noted.keySet().forEach(path -> differences.add(shown + "/" + path, "is gone"));
  }

  private static boolean isCompiled(String path) {
    return path.startsWith(COMPILED + "/") || path.contains("/" + COMPILED + "/");
  }

  /** By path; null where there is no list, and the directory is not empty. */
  private static @Nullable Map<String, String> read(Path tree) throws IOException {
    String list;
    try {
      list = new String(Files.readAllBytes(tree.resolve(LIST)), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      try (var entries = Files.list(tree)) {
        return entries.findAny().isPresent() ? null : new HashMap<>(Map.of(LIST, ""));
      }
    }
    Map<String, String> noted = new HashMap<>();
    for (String line : list.split("\n")) { // and at nothing else: a name may have a \r
      String[] fields = line.split(" ", 4);
      if (fields.length == 4) {
        noted.put(fields[3], String.join(" ", fields[0], fields[1], fields[2]));
      }
    }
    return noted;
  }

  /** What is another one; empty when nothing is. Both are {@code <kind> <size> <nanoseconds>}. */
  private static String change(String before, String now) {
    if (before.equals(now)) {
      return "";
    }
    String[] was = before.split(" ", 3);
    String[] is = now.split(" ", 3);
    if (was[0].equals("link") && is[0].equals("broken-link")) {
      return "leads to nothing";
    }
    if (!was[0].equals(is[0])) {
      return "is a " + is[0] + " instead of a " + was[0];
    }
    return was[1].equals(is[1])
        ? "was written again"
        : "has " + is[1] + " bytes instead of " + was[1];
  }

  /** Goes through a directory without its list; links are not followed. */
  private abstract static class Lister extends SimpleFileVisitor<Path> {
    private final Path tree;

    Lister(Path tree) {
      this.tree = tree;
    }

    /**
     * A file or a link.
     *
     * @param path below the directory, on one line
     * @param what {@code <kind> <size> <nanoseconds>}
     */
    abstract void found(String path, String what);

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      String path = tree.relativize(file).toString().replace("\\", "\\\\").replace("\n", "\\n");
      if (!path.equals(LIST)) {
        long written = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        found(path, kind(file, attributes) + " " + attributes.size() + " " + written);
      }
      return FileVisitResult.CONTINUE;
    }

    private static String kind(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isSymbolicLink()) {
        return Files.exists(file) ? "link" : "broken-link";
      }
      if (!attributes.isRegularFile()) {
        return "special-file";
      }
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE)
          ? "program"
          : "file";
    }
  }
}
