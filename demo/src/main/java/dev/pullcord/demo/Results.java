package dev.pullcord.demo;

import dev.pullcord.demo.process.WorkerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a worker of the example found. */
final class Results {
  private static final Pattern LINE =
      Pattern.compile(".*\\bcode=([0-9a-f]+) patterns=([0-9a-f]+) hits=([0-9]+) (\\S+): (.*)");

  private Results() {}

  /**
   * One finding.
   *
   * @param line as the worker wrote it
   * @param code the commit of the worker's code, 12 digits
   * @param patterns the commit of its patterns, 12 digits
   * @param hits in how many lines of the corpus
   * @param file of the pattern
   * @param pattern what was looked for
   */
  record Finding(String line, String code, String patterns, int hits, String file, String pattern) {
    boolean isOf(String codeCommit, String patternsCommit) {
      return codeCommit.startsWith(code) && patternsCommit.startsWith(patterns);
    }
  }

  /** Everything that this generation found so far, oldest first. */
  static List<Finding> of(WorkerProcess worker) {
    Path file = worker.directory().resolve("results");
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      String complete = text.substring(0, text.lastIndexOf('\n') + 1);
      return complete.lines().map(Results::parse).flatMap(Optional::stream).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }

  static Optional<Finding> parse(String line) {
    Matcher matcher = LINE.matcher(line);
    return matcher.matches()
        ? Optional.of(
            new Finding(
                line,
                matcher.group(1),
                matcher.group(2),
                Integer.parseInt(matcher.group(3)),
                matcher.group(4),
                matcher.group(5)))
        : Optional.empty();
  }
}
