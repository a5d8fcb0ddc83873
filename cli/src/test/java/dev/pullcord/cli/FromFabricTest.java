package dev.pullcord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.host.Host;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a Fabric user is told to type can be typed, and the example has what it speaks of. */
class FromFabricTest {
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root", ".."));
  private static final Path PAGE = ROOT.resolve("docs/operating/from-fabric.md");
  private static final Path EXAMPLE = ROOT.resolve("manifests/examples/fabric");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  /** Every command of the page: lines of its blocks, and what stands between backticks. */
  static List<String> commands() throws IOException {
    Matcher found =
        Pattern.compile("^pullcord .*$|`(pullcord [^`]*)`", Pattern.MULTILINE)
            .matcher(Files.readString(PAGE));
    List<String> commands = new ArrayList<>();
    while (found.find()) {
      String command = found.group(1) == null ? found.group() : found.group(1);
      if (!command.contains("any shell line")) {
        commands.add(command);
      }
    }
    return commands;
  }

  private static Manifest manifest() throws IOException {
    ManifestResult read = ManifestParser.parse(Files.readAllBytes(EXAMPLE.resolve(Manifest.FILE)));
    assertThat(read).isInstanceOf(ManifestResult.Valid.class);
    return ((ManifestResult.Valid) read).manifest();
  }

  private static String bundleOf(String file) throws IOException {
    return manifest().bundles().values().stream()
        .filter(bundle -> bundle.covers(file))
        .map(Bundle::name)
        .findFirst()
        .orElse("none");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandOfThePageCanBeTyped(String command) {
    VerbContext context = new VerbContext(Host.real());
    CommandLine line = new CommandLine(new Pullcord(context));
    Verbs.addAll(line, context);
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command.substring("pullcord ".length()));
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }

    assertThatCode(() -> line.parseArgs(words.toArray(String[]::new))).doesNotThrowAnyException();
  }

  @Test
  void thePageHasSomethingToType() throws IOException {
    assertThat(commands()).hasSizeGreaterThan(10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "celery_start",
        "celery_stop",
        "celery_restart",
        "upgrade_search_files",
        "upgrade_tasks",
        "quick_start"
      })
  void eachOfTheSixStandsBesideItsFabfile(String task) throws IOException {
    String fabfile = Files.readString(EXAMPLE.resolve("fabfile.py"));
    Matcher function =
        Pattern.compile("@task\ndef " + task + "\\(c\\):\n(    .*\n)+").matcher(fabfile);
    assertThat(function.find()).isTrue();

    String page = Files.readString(PAGE);
    assertThat(page).contains("### " + task + "\n\n```python\n" + function.group() + "```");
  }

  @Test
  void oneUpgradeTouchesOnlySearchFilesAndTheOtherOnlyTasks() throws IOException {
    Manifest manifest = manifest();
    try (Stream<Path> files = Files.walk(EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String path = EXAMPLE.relativize(file).toString();
        String bundle = bundleOf(path);
        if (path.startsWith("search/")) {
          assertThat(bundle).isEqualTo("search-files");
        } else if (path.startsWith("tasks/") || path.startsWith("bin/")) {
          assertThat(bundle).isEqualTo("task-code");
        } else {
          assertThat(bundle).as(path).isEqualTo("none");
        }
      }
    }
    assertThat(Objects.requireNonNull(manifest.bundles().get("search-files")).onChange())
        .isEqualTo(Bundle.OnChange.NOTHING);
    assertThat(Objects.requireNonNull(manifest.bundles().get("task-code")).onChange())
        .isEqualTo(Bundle.OnChange.RESTART);
    assertThat(manifest.workers()).containsOnlyKeys("celery");
  }

  @Test
  void itsProgramsAreThereAndTheActionRuns() throws Exception {
    Manifest manifest = manifest();
    for (CommandSpec check : manifest.check()) {
      assertThat(EXAMPLE.resolve(check.run().getFirst())).isExecutable();
    }
    assertThat(manifest.actions()).containsOnlyKeys("quick_start");

    Process action =
        new ProcessBuilder("bin/quick-start")
            .directory(EXAMPLE.toAbsolutePath().normalize().toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(action.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(action.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said).isEqualTo("2 hits of ERROR|FATAL\n1 hits of timed? ?out\n");
    assertThat(action.exitValue()).isZero();
  }
}
