package dev.pullcord.agent.stage;

import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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

  /** For people and workers. */
  static String own(CommitId commit, String ref, Map<String, TreeId> trees, int sequence) {
    return PullcordJson.write(new Own(commit, ref, trees, sequence)) + "\n";
  }

  private record Own(CommitId commit, String ref, Map<String, TreeId> trees, int sequence) {}

  /** The files of a release by path, as far as its list can be read. */
  static Map<String, TreeFile> read(Path release) throws IOException {
    Map<String, TreeFile> files = new HashMap<>();
    for (String line : lines(release.resolve(FILES))) {
      String[] fields = line.split(" ", 4);
      Long size = fields.length == 4 ? number(fields[2]) : null;
      if (size != null) {
        TreeFile file = new TreeFile(fields[3], kind(fields[0]), fields[1], size);
        files.put(file.path(), file);
      }
    }
    return files;
  }

  /** None where there is no such file. What is not UTF-8 is damage, and no reason to end. */
  private static List<String> lines(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** {@code <nanoseconds since 1970> <path>} a line. */
  static String times(Map<String, FileTime> times) {
    StringBuilder list = new StringBuilder();
    times.forEach((path, time) ->
        list.append(time.to(TimeUnit.NANOSECONDS)).append(' ').append(path).append('\n'));
    return list.toString();
  }

  /** When each file was last written, as far as that list can be read. */
  static Map<String, FileTime> readTimes(Path release) throws IOException {
    Map<String, FileTime> times = new HashMap<>();
    for (String line : lines(release.resolve(TIMES))) {
      String[] fields = line.split(" ", 2);
      Long nanos = fields.length == 2 ? number(fields[0]) : null;
      if (nanos != null) {
        times.put(fields[1], FileTime.from(nanos, TimeUnit.NANOSECONDS));
      }
    }
    return times;
  }

  private static @Nullable Long number(String digits) {
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      return null;
    }
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
