package dev.pullcord.agent.source;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything below a directory as the disk has it, but for what is below some of its own: a write,
 * a chmod, a new name or a moved link shows as a difference. Links are not followed.
 */
final class Surface {
  private Surface() {}

  static Map<String, String> of(Path top, Path... except) throws IOException {
    Set<Path> left = Set.of(except);
    Map<String, String> seen = new TreeMap<>();
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            note(directory);
            return left.contains(directory)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            note(file);
            return FileVisitResult.CONTINUE;
          }

          private void note(Path path) throws IOException {
            Map<String, Object> now =
                Files.readAttributes(
                    path, "unix:mode,ino,nlink,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            if (left.contains(path)) {
              now = Map.of("mode", now.get("mode"), "ino", now.get("ino"));
            }
            String target = Files.isSymbolicLink(path) ? " → " + Files.readSymbolicLink(path) : "";
            seen.put(top.relativize(path).toString(), new TreeMap<>(now) + target);
          }
        });
    return seen;
  }
}
