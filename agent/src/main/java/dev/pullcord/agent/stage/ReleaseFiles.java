package dev.pullcord.agent.stage;

import dev.pullcord.agent.source.tree.TreeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a release says of itself: {@code .pullcord/release.json} for people and workers; {@code
 * .pullcord/files}, one line a file, for the next release that shares some with it; and {@code
 * .pullcord/times}, when each was last written, so that a later change shows.
 */
final class ReleaseFiles {
  static final String DIRECTORY = ".pullcord";
  static final String RELEASE = DIRECTORY + "/release.json";
  static final String FILES = DIRECTORY + "/files";
  static final String TIMES = DIRECTORY + "/times";

  private ReleaseFiles() {}

  /** {@code <mode> <object id> <size> <path>} a line; paths hold no control characters. */
  static String list(Collection<TreeFile> files) {
    StringBuilder list = new StringBuilder();
    for (TreeFile file : files) {
      list.append(file.kind().mode())
          .append(' ')
          .append(file.objectId())
          .append(' ')
          .append(file.size())
          .append(' ')
          .append(file.path())
          .append('\n');
    }
    return list.toString();
  }

  /** The files of a release by path; empty when its list is gone. */
  static Map<String, TreeFile> read(Path release) throws IOException {
    Map<String, TreeFile> files = new HashMap<>();
    try {
      for (String line : Files.readAllLines(release.resolve(FILES))) {
        String[] fields = line.split(" ", 4);
        if (fields.length == 4) {
          TreeFile file =
              new TreeFile(fields[3], kind(fields[0]), fields[1], Long.parseLong(fields[2]));
          files.put(file.path(), file);
        }
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    }
    return files;
  }

  /** {@code <nanoseconds since 1970> <path>} a line. */
  static String times(Map<String, FileTime> times) {
    StringBuilder list = new StringBuilder();
    times.forEach((path, time) ->
        list.append(time.to(TimeUnit.NANOSECONDS)).append(' ').append(path).append('\n'));
    return list.toString();
  }

  /** When each file was last written; empty for a release from before they were noted. */
  static Map<String, FileTime> readTimes(Path release) throws IOException {
    Map<String, FileTime> times = new HashMap<>();
    try {
      for (String line : Files.readAllLines(release.resolve(TIMES))) {
        String[] fields = line.split(" ", 2);
        if (fields.length == 2) {
          times.put(fields[1], FileTime.from(Long.parseLong(fields[0]), TimeUnit.NANOSECONDS));
        }
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    }
    return times;
  }

  private static TreeFile.Kind kind(String mode) {
    for (TreeFile.Kind kind : TreeFile.Kind.values()) {
      if (kind.mode().equals(mode)) {
        return kind;
      }
    }
    return TreeFile.Kind.FILE;
  }
}
