package dev.pullcord.testkit.tidy;

import dev.pullcord.testkit.tidy.RepositoryFile.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules that a line or a file breaks by itself. Each returns {@code path:line: what}. */
final class Rules {
  private static final int LINE_CHARACTERS = 100;
  private static final int MAIN_FILE_LINES = 300;
  private static final int BLOB_BYTES = 64 << 10;
  private static final int PICTURE_BYTES = 400 << 10;

  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(" + "FIX" + "ME|TO" + "DO|XX" + "X)\\b");
  private static final Pattern SLEEP =
      Pattern.compile("\\bThread\\s*\\.\\s*sleep\\b|\\b(SECONDS|MILLISECONDS|MINUTES)\\.sleep\\(");
  private static final Pattern MOCK =
      Pattern.compile("org\\.mockito|org\\.easymock|org\\.jmock|\\bMockito\\.");
  private static final Pattern BUILD_MACHINE =
      Pattern.compile("(?<![\\w.$}])/(wo" + "rk|ro" + "ot)/");
  private static final Pattern SENTENCE = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);

  /** What cannot be wrapped: a table's row, a picture, a command, a word such as a link. */
  private static final Pattern WHOLE =
      Pattern.compile("\\s*(\\|.*|!\\[.*|`[^`]*`\\S?|(- )?\\S+)\\s*");

  private static final Pattern PACKAGE = Pattern.compile("^(.*)/src/(main|test)/java/(.*)$");

  private Rules() {}

  static List<String> longLines(RepositoryFile file) {
    if (!(file.isJava() || file.isShell()) || file.path().equals("mvnw")) {
      return List.of();
    }
    return file.lines()
        .filter(line -> line.content().codePointCount(0, line.content().length()) > LINE_CHARACTERS)
        .filter(line -> !line.content().startsWith("import "))
        .map(line -> at(file, line, "longer than " + LINE_CHARACTERS + " characters"))
        .toList();
  }

  /** Prose, that is: a program, a table's row, a picture and a long link are not wrapped. */
  static List<String> longProse(RepositoryFile file) {
    if (!file.isMarkdown()) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    boolean[] fenced = {false};
    file.lines()
        .forEach(line -> {
          String text = line.content();
          if (text.stripLeading().startsWith("```")) {
            fenced[0] = !fenced[0];
          } else if (!fenced[0]
              && text.codePointCount(0, text.length()) > LINE_CHARACTERS
              && !WHOLE.matcher(text).matches()) {
            found.add(at(file, line, "longer than " + LINE_CHARACTERS + " characters; wrap it"));
          }
        });
    return found;
  }

  static List<String> longFile(RepositoryFile file) {
    long lines = file.lines().count();
    return file.isMainJava() && lines > MAIN_FILE_LINES
        ? List.of(file.path() + ": " + lines + " lines, at most " + MAIN_FILE_LINES + "; split it")
        : List.of();
  }

  static List<String> unfinished(RepositoryFile file) {
    return file.isMarkdown() ? List.of() : matches(file, UNFINISHED, "do it or write an issue");
  }

  static List<String> sleepsInTest(RepositoryFile file) {
    return file.isTestJava() ? matches(file, SLEEP, "wait with Eventually") : List.of();
  }

  static List<String> mocks(RepositoryFile file) {
    return file.isJava() ? matches(file, MOCK, "write a fake that holds state") : List.of();
  }

  static List<String> buildMachine(RepositoryFile file) {
    return file.path().equals("mvnw")
        ? List.of()
        : matches(file, BUILD_MACHINE, "a path of somebody's machine");
  }

  static List<String> largeBlob(RepositoryFile file) {
    boolean picture = file.path().matches("docs/.*\\.(png|jpg|jpeg|svg|gif|webp)");
    long limit = picture ? PICTURE_BYTES : BLOB_BYTES;
    return file.size() > limit
        ? List.of(file.path() + ": " + file.size() + " bytes, at most " + limit)
        : List.of();
  }

  /** A package that lacks a {@code package-info.java} with a sentence, in main or in test. */
  static List<String> unexplainedPackages(List<RepositoryFile> files) {
    Map<String, String> folders = new TreeMap<>();
    for (RepositoryFile file : files) {
      Matcher matcher = PACKAGE.matcher(file.folder());
      if (file.isJava() && matcher.matches()) {
        folders.putIfAbsent(matcher.group(1) + " " + matcher.group(3), file.folder());
      }
    }
    Set<String> explained =
        files.stream()
            .filter(file -> file.path().endsWith("/package-info.java"))
            .filter(Rules::saysWhatFor)
            .map(file -> PACKAGE.matcher(file.folder()))
            .filter(Matcher::matches)
            .map(matcher -> matcher.group(1) + " " + matcher.group(3))
            .collect(Collectors.toSet());
    return folders.entrySet().stream()
        .filter(entry -> !explained.contains(entry.getKey()))
        .map(entry -> entry.getValue() + ": no package-info.java with a sentence and @NullMarked")
        .toList();
  }

  private static boolean saysWhatFor(RepositoryFile packageInfo) {
    Matcher comment = SENTENCE.matcher(packageInfo.text());
    return comment.find()
        && comment.group(1).contains(".")
        && comment.group(1).length() > 20
        && packageInfo.text().contains("@NullMarked");
  }

  static List<String> all(List<RepositoryFile> files) {
    List<String> broken = new ArrayList<>();
    for (RepositoryFile file : files) {
      Stream.of(
              longLines(file),
              longProse(file),
              longFile(file),
              unfinished(file),
              sleepsInTest(file),
              mocks(file),
              buildMachine(file),
              largeBlob(file))
          .forEach(broken::addAll);
    }
    broken.addAll(unexplainedPackages(files));
    return broken;
  }

  private static List<String> matches(RepositoryFile file, Pattern pattern, String instead) {
    List<String> found = new ArrayList<>();
    file.lines()
        .forEach(line -> {
          Matcher matcher = pattern.matcher(line.content());
          if (matcher.find()) {
            found.add(at(file, line, "\"" + matcher.group() + "\": " + instead));
          }
        });
    return found;
  }

  private static String at(RepositoryFile file, Line line, String what) {
    return file.path() + ":" + line.number() + ": " + what;
  }
}
