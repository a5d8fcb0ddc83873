package dev.pullcord.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares docs/reference/agent-errors.md with the source: each code, and each cause in the tables
 * of what a disk or a network did, has a row that says what to do, and no row is of an error that
 * is gone.
 */
class EveryErrorHasARemedyTest {
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root"));
  private static final String MAIN = "src/main/java/dev/pullcord/";
  private static final Pattern CODE = Pattern.compile("\"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)[\" ]");
  private static final Pattern OF_CONFIG = Pattern.compile("\\badd\\(\\s*\"([A-Z_]+)\"");
  private static final Pattern DISK =
      Pattern.compile("new Cause\\(\\s*\"[^\"]+\",\\s*\"([^\"]+)\"");
  private static final Pattern NETWORK = Pattern.compile("(?:->|[?:])\\s*\"([^\"\n]+)\"");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (.*) \\|$");
  private static final Pattern WORD = Pattern.compile("`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)`");

  /** What looks like a code and is the name of a variable, or a word of git's or YAML's reader. */
  private static final Set<String> NO_CODES =
      Set.of(
          "HTTPS_PROXY",
          "NO_PROXY",
          "WATCHDOG_USEC",
          "VIRTUAL_ENV",
          "NOTIFY_SOCKET",
          "INVOCATION_ID",
          "JOURNAL_STREAM",
          "STATE_DIRECTORY",
          "CACHE_DIRECTORY",
          "LC_ALL");

  @Test
  void eachCodeHasARowThatSaysWhatToDo() {
    Set<String> codes = new TreeSet<>();
    for (String room : List.of("agent/" + MAIN, "base/" + MAIN, "git/" + MAIN)) {
      codes.addAll(found(CODE, source(ROOT.resolve(room))));
    }
    codes.removeIf(code -> code.startsWith("PULLCORD_") || NO_CODES.contains(code));
    codes.addAll(ofConfig());
    assertThat(codes).hasSizeGreaterThan(50);
    assertThat(rows().keySet()).containsExactlyInAnyOrderElementsOf(codes);
  }

  /** The reader of YAML is every file's; each file puts its own word before. */
  private static Set<String> ofConfig() {
    Set<String> codes = new TreeSet<>();
    String source =
        source(ROOT.resolve("protocol/" + MAIN + "protocol/yaml"))
            + source(ROOT.resolve("agent/" + MAIN + "agent/config"));
    found(OF_CONFIG, source).forEach(code -> codes.add("CONFIG_" + code));
    return codes;
  }

  @Test
  void eachCauseOfADiskOrANetworkHasARow() {
    Path base = ROOT.resolve("base/" + MAIN + "base");
    Set<String> causes = found(DISK, source(base.resolve("disk/FileFault.java")));
    assertThat(causes).hasSizeGreaterThan(20);
    Set<String> broken = found(NETWORK, source(base.resolve("http/NetworkFailure.java")));
    assertThat(broken).hasSizeGreaterThan(4);
    Set<String> said = new TreeSet<>();
    ROW.matcher(page()).results().forEach(row -> said.add(row.group(1).split(" \\| ")[0]));
    for (String cause : causes) {
      assertThat(said).contains(cause.split(";")[0].replace(" %user", ""));
    }
    for (String cause : broken) {
      assertThat(said).contains(cause.split(":")[0]);
    }
  }

  private static Map<String, String> rows() {
    Map<String, String> remedies = new TreeMap<>();
    for (MatchResult row : ROW.matcher(page()).results().toList()) {
      String[] cells = row.group(1).split(" \\| ");
      for (MatchResult code : WORD.matcher(cells[0]).results().toList()) {
        assertThat(cells).as(row.group(1)).hasSize(3);
        assertThat(cells[2]).as("what to do: " + row.group(1)).hasSizeGreaterThan(5);
        assertThat(remedies.put(code.group(1), cells[2])).as("twice: " + code.group(1)).isNull();
      }
    }
    return remedies;
  }

  private static String page() {
    return read(ROOT.resolve("docs/reference/agent-errors.md"));
  }

  private static Set<String> found(Pattern pattern, String text) {
    return new TreeSet<>(pattern.matcher(text).results().map(match -> match.group(1)).toList());
  }

  private static String source(Path place) {
    try (Stream<Path> files = Files.walk(place)) {
      Collection<String> texts =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(EveryErrorHasARemedyTest::read)
              .toList();
      return String.join("\n", texts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
