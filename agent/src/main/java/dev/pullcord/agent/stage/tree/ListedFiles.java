package dev.pullcord.agent.stage.tree;

import dev.pullcord.git.tree.TreeFile;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lists of a release, one file after the other and never whole: a release may have
 * 100,000 files, and the heap of an agent is small. Both lists are in order of the paths. A line
 * that is damaged is left out, and so is a list that is not there.
 */
public final class ListedFiles implements Closeable {
  private final @Nullable BufferedReader files;
  private final @Nullable BufferedReader times;
  private @Nullable TreeFile next;
  private @Nullable Time time;

  private ListedFiles(@Nullable BufferedReader files, @Nullable BufferedReader times) {
    this.files = files;
    this.times = times;
  }

  /**
   * A file of the list.
   *
   * @param file as it was in the commit
   * @param written when it was; null when that was not noted
   */
  public record Listed(TreeFile file, @Nullable FileTime written) {}

  private record Time(String path, FileTime written) {}

  /** From the first file of that release on. */
  public static ListedFiles of(Path release) throws IOException {
    ListedFiles list =
        new ListedFiles(
            reader(release.resolve(ReleaseFiles.FILES)),
            reader(release.resolve(ReleaseFiles.TIMES)));
    try {
      list.next = list.readFile();
      list.time = list.readTime();
      return list;
    } catch (IOException e) {
      list.close();
      throw e;
    }
  }

  private static @Nullable BufferedReader reader(Path file) throws IOException {
    try {
      // What is not UTF-8 is damage, and no reason to end: this reader replaces it.
      return new BufferedReader(
          new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** The path of the next file; null behind the last one. */
  @Nullable String path() {
    return next == null ? null : next.path();
  }

  /** The next file; null behind the last one. */
  @Nullable Listed next() throws IOException {
    TreeFile file = next;
    if (file == null) {
      return null;
    }
    next = readFile();
    while (time != null && time.path().compareTo(file.path()) < 0) {
      time = readTime();
    }
    Time noted = time;
    return new Listed(
        file, noted != null && noted.path().equals(file.path()) ? noted.written() : null);
  }

  /** The file with this path, if it is in the list. To be asked in order of the paths. */
  public @Nullable Listed at(String path) throws IOException {
    while (next != null && next.path().compareTo(path) < 0) {
      next = readFile();
    }
    return next != null && next.path().equals(path) ? next() : null;
  }

  private @Nullable TreeFile readFile() throws IOException {
    for (String line = line(files); line != null; line = line(files)) {
      TreeFile file = ReleaseFiles.file(line);
      if (file != null) {
        return file;
      }
    }
    return null;
  }

  private @Nullable Time readTime() throws IOException {
    for (String line = line(times); line != null; line = line(times)) {
      String[] fields = line.split(" ", 2);
      Long nanos = fields.length == 2 ? ReleaseFiles.number(fields[0]) : null;
      if (nanos != null) {
        return new Time(fields[1], FileTime.from(nanos, TimeUnit.NANOSECONDS));
      }
    }
    return null;
  }

  private static @Nullable String line(@Nullable BufferedReader reader) throws IOException {
    return reader == null ? null : reader.readLine();
  }

  @Override
  public void close() throws IOException {
    try (files) {
      if (times != null) {
        times.close();
      }
    }
  }
}
