package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.broker.Debian13;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the table of options in {@code docs/operating/celery.md} with what Celery itself prints,
 * and with what the manifest's reader does.
 */
class CeleryOptionsTest {
  private static final Pattern LINE = Pattern.compile("(?m)^ {2}(-.*?)(?: {2}|$)");
  private static final Pattern NAME = Pattern.compile("(?<=^|, )--?[A-Za-z][A-Za-z-]*");
  private static final Pattern QUOTED = Pattern.compile("`(-[^`]+)`");

  @Test
  void everyOptionOfTheWorkerIsInTheTable() throws Exception {
    Path python = Needs.celery();
    everyOptionIsInTheTable(python);
  }

  @Test
  @EnabledIfSystemProperty(named = "pullcord.full", matches = "true")
  void everyOptionOfTheWorkerOfCelery55IsInTheTable() throws Exception {
    everyOptionIsInTheTable(Debian13.made().python());
  }

  private static void everyOptionIsInTheTable(Path python) throws Exception {
    Set<String> worker = options(python, "worker");
    assertThat(worker).hasSizeGreaterThan(40).contains("-Q", "--max-memory-per-child");
    assertThat(table().keySet()).containsAll(worker);
    assertThat(options(python))
        .contains("--broker", "-q")
        .allSatisfy(option -> {
          assertThat(table()).containsKey(option);
          assertThat(table().get(option)).startsWith("refused");
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theReaderOfTheManifestDoesAsTheTableSays(String option, String fate) {
    String problem = problem("%n");
    assertThat(problem).isEmpty();
    problem = problem(option, "%n");
    if (fate.startsWith("refused")) {
      assertThat(problem).contains(option + " is not for args");
    } else {
      assertThat(problem).isEmpty();
      assertThat(fate).matches("(passed on|merged).*");
    }
    if (fate.contains("has `%n`")) {
      assertThat(problem(option, "one")).contains(option + " names one file");
    }
  }

  static List<Arguments> rows() throws IOException {
    return table().entrySet().stream()
        .map(row -> Arguments.of(row.getKey(), row.getValue()))
        .toList();
  }

  private static String problem(String... args) {
    String list =
        List.of(args).stream().map(arg -> '"' + arg + '"').collect(Collectors.joining(", "));
    String yaml =
        """
        version: 1
        bundles: {tasks: {paths: [tasks/]}}
        workers: {grep: {kind: celery, app: tasks.app, args: [%s]}}
        """
            .formatted(list);
    return ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8))
            instanceof ManifestResult.Invalid invalid
        ? invalid.toString()
        : "";
  }

  /** What becomes of each option. */
  private static Map<String, String> table() throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("pullcord.root"), "docs/operating/celery.md"));
    String section = page.split("## The options of `celery worker`", 2)[1].split("\n## ", 2)[0];
    Map<String, String> table = new LinkedHashMap<>();
    for (String line : section.lines().filter(line -> line.startsWith("| `")).toList()) {
      String[] cells = line.split("\\|");
      Matcher name = QUOTED.matcher(cells[1]);
      while (name.find()) {
        table.put(name.group(1), cells[2].strip());
      }
    }
    return table;
  }

  private static Set<String> options(Path python, String... command) throws Exception {
    List<String> run = new ArrayList<>(List.of(python.toString(), "-m", "celery"));
    run.addAll(List.of(command));
    run.add("--help");
    Process help = new ProcessBuilder(run).redirectErrorStream(true).start();
    String text = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(help.waitFor()).as(text).isZero();
    Set<String> options = new LinkedHashSet<>();
    Matcher line = LINE.matcher(text);
    while (line.find()) {
      Matcher name = NAME.matcher(line.group(1));
      while (name.find()) {
        options.add(name.group());
      }
    }
    return options;
  }
}
