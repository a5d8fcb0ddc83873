package dev.pullcord.cli.command.init;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a repository has that a manifest is about. It looks at names, and at the text of Python
 * files to find applications; it runs nothing.
 *
 * @param code top-level directories with programs or Python code
 * @param data top-level directories with neither
 * @param modules Python files at the top
 * @param requirements the requirements file for pip; empty without one
 * @param wheels a directory of wheels; empty without one
 * @param checks executable files whose name begins with {@code check}
 * @param apps Celery applications, in order of path
 * @param cut those of {@code code} with more files than are looked at
 * @param left what is left out, in order: it belongs to people and to other programs
 */
record RepositoryContents(
    List<String> code,
    List<String> data,
    List<String> modules,
    Optional<String> requirements,
    Optional<String> wheels,
    List<String> checks,
    List<CeleryApp> apps,
    List<String> cut,
    List<String> left) {
  private static final Set<String> NOT_DEPLOYED =
      Set.of("test", "tests", "doc", "docs", "node_modules", "venv", "env", "build", "dist");

  /**
   * What a manifest refuses in a path, since it would be a pattern elsewhere, or YAML has no place
   * for it, or it stands for a byte of a name that is no text.
   */
  private static final Pattern NOT_A_PATH =
      Pattern.compile("[*?\\[\\]{}!\\\\\\p{C}\\p{Zl}\\p{Zp}\\x{FFFD}]");

  private static final List<String> REQUIREMENTS =
      List.of("requirements.txt", "requirements.lock", "requirements/production.txt");
  private static final List<String> WHEELS = List.of("vendor/wheels", "wheels", "wheelhouse");
  private static final int FILES_MAX = 20_000;
  private static final long CODE_MAX_BYTES = 256 << 10;

  /** Looks at a directory. */
  static RepositoryContents of(Path repository) throws IOException {
    Found found = new Found(repository);
    TreeSet<String> left = new TreeSet<>();
    List<Path> top;
    try (Stream<Path> entries = Files.list(repository)) {
      top = entries.sorted().toList();
    }
    for (Path entry : top) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".") || name.equals("pullcord.yaml")) {
        continue;
      }
      if (Files.isDirectory(entry) && !Files.isSymbolicLink(entry)) {
        if (NOT_DEPLOYED.contains(name)
            || found.wheels(name).isPresent()
            || NOT_A_PATH.matcher(name).find()) {
          left.add(name + "/");
        } else {
          found.directory(name);
        }
      } else if (name.endsWith(".py")
          && !name.equals("setup.py")
          && !NOT_A_PATH.matcher(name).find()) {
        found.code(name, entry);
        found.modules.add(name);
      } else if (!REQUIREMENTS.contains(name)) {
        left.add(name);
      }
    }
    return new RepositoryContents(
        List.copyOf(found.code),
        List.copyOf(found.data),
        List.copyOf(found.modules),
        REQUIREMENTS.stream().filter(r -> Files.isRegularFile(repository.resolve(r))).findFirst(),
        found.wheels(""),
        List.copyOf(found.checks),
        found.apps.stream().toList(),
        List.copyOf(found.cut),
        List.copyOf(left));
  }

  /** Whether there is anything to deploy. */
  boolean isEmpty() {
    return code.isEmpty() && data.isEmpty() && modules.isEmpty();
  }

  /** What to say of a directory with more files than are looked at. */
  static String cutShort(String directory) {
    return "%s has more than %d files, and the rest was not looked at: it counts as code"
        .formatted(directory, FILES_MAX);
  }

  /** What is found on the way through the directories. */
  private static final class Found {
    private final Path repository;
    private final TreeSet<String> code = new TreeSet<>();
    private final TreeSet<String> data = new TreeSet<>();
    private final TreeSet<String> modules = new TreeSet<>();
    private final TreeSet<String> checks = new TreeSet<>();
    private final ArrayList<CeleryApp> apps = new ArrayList<>();
    private final TreeSet<String> cut = new TreeSet<>();

    Found(Path repository) {
      this.repository = repository;
    }

    /** The directory of wheels at or below a top-level directory; at any place for no name. */
    Optional<String> wheels(String top) {
      return WHEELS.stream()
          .filter(w -> top.isEmpty() || w.equals(top))
          .filter(w -> hasWheel(repository.resolve(w)))
          .findFirst();
    }

    private static boolean hasWheel(Path directory) {
      if (!Files.isDirectory(directory)) {
        return false;
      }
      try (Stream<Path> entries = Files.list(directory)) {
        return entries.anyMatch(e -> e.toString().endsWith(".whl"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void directory(String name) throws IOException {
      boolean[] hasCode = {false};
      int[] files = {0};
      Files.walkFileTree(
          repository.resolve(name),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(
                Path directory, BasicFileAttributes attributes) {
              String last = directory.getFileName().toString();
              return last.startsWith(".")
                      || last.equals("__pycache__")
                      || last.equals("node_modules")
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              if (++files[0] > FILES_MAX) {
                hasCode[0] = true; // a change of code restarts workers: the safe side
                cut.add(name + "/");
                return FileVisitResult.TERMINATE;
              }
              String path = repository.relativize(file).toString();
              if (path.endsWith(".py")) {
                hasCode[0] = true;
                code(path, file);
              } else if (attributes.isRegularFile() && Files.isExecutable(file)) {
                hasCode[0] = true;
                if (file.getFileName().toString().startsWith("check")
                    && !NOT_A_PATH.matcher(path).find()) {
                  checks.add(path);
                }
              }
              return FileVisitResult.CONTINUE;
            }
          });
      if (files[0] > 0) {
        (hasCode[0] ? code : data).add(name + "/");
      }
    }

    void code(String path, Path file) throws IOException {
      if (Files.isRegularFile(file) && Files.size(file) <= CODE_MAX_BYTES) {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        CeleryApp.in(path, text).ifPresent(apps::add);
      }
    }
  }
}
