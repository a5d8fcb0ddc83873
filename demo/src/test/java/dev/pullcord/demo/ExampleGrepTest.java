package dev.pullcord.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.process.Child;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example's shell scripts, run as an agent runs them. */
class ExampleGrepTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("pullcord.root")).resolve("manifests/examples/grep");
  private static final String ONE = "1".repeat(40);
  private static final String TWO = "2".repeat(40);
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;
  private Path generation = Path.of("");
  private Path first = Path.of("");
  private final List<Child> started = new ArrayList<>();

  @BeforeEach
  void stageOneRelease() throws IOException {
    generation = Files.createDirectories(directory.resolve("generations/1"));
    first = release("one", ONE);
    Files.createSymbolicLink(generation.resolve("current"), first);
  }

  @AfterEach
  void endTheWorker() {
    started.forEach(Child::kill);
  }

  @Test
  void resultsNameTheCommitsOfCodeAndPatterns() {
    startWorker();
    Results.Finding found =
        Eventually.within(SOON)
            .until("a finding", this::findings, all -> !all.isEmpty())
            .getFirst();
    assertThat(found.isOf(ONE, ONE)).isTrue();
    assertThat(found.hits()).isPositive();
  }

  @Test
  void newerPatternsAreUsedWithoutARestart() throws IOException {
    Child worker = startWorker();
    Eventually.within(SOON).until("a finding", this::findings, all -> !all.isEmpty());
    Path second = release("two", TWO);
    Files.writeString(second.resolve("search/errors.patterns"), "certificate has expired\n");
    pointTo(second);
    Results.Finding found =
        Eventually.within(SOON)
            .until(
                "the new pattern",
                () -> findings().stream().filter(f -> f.pattern().startsWith("cert")).toList(),
                all -> !all.isEmpty())
            .getFirst();
    assertThat(found.isOf(ONE, TWO)).isTrue();
    assertThat(worker.isAlive()).isTrue();
  }

  @Test
  void finishesItsPassAndEndsWithZeroWhenAsked() {
    Child worker = startWorker();
    Eventually.within(SOON).until("a finding", this::findings, all -> !all.isEmpty());
    assertThat(worker.stop(SOON)).isZero();
    assertThat(worker.lastLines()).contains("ended after");
  }

  @Test
  void isWellOnceAPassIsDoneAndUntilTheWorkerDies() {
    assertThat(script("bin/is-well").exit()).isEqualTo(1);
    Child worker = startWorker();
    Eventually.within(SOON).until("well", () -> script("bin/is-well").exit(), exit -> exit == 0);
    worker.kill();
    ProgramCall.Result dead = script("bin/is-well");
    assertThat(dead.exit()).isEqualTo(1);
    assertThat(dead.output()).contains("is gone");
  }

  @Test
  void goodPatternsPassTheCheck() {
    ProgramCall.Result result = script("bin/check-patterns", "search/");
    assertThat(result.output()).isEqualTo("4 patterns are good");
    assertThat(result.exit()).isZero();
  }

  @Test
  void badPatternsAreRefusedWithFileAndLine() throws IOException {
    Files.writeString(first.resolve("search/errors.patterns"), "# a\nfine\noops(\n\n[z-a]\n");
    ProgramCall.Result result = script("bin/check-patterns", "search/");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.lines()).hasSize(2);
    assertThat(result.lines().getFirst()).startsWith("search/errors.patterns:3: \"oops(\" is no");
    assertThat(result.lines().getLast()).startsWith("search/errors.patterns:5: \"[z-a]\" is no");
  }

  @Test
  void searchingForNothingIsRefused() throws IOException {
    Files.delete(first.resolve("search/errors.patterns"));
    Files.writeString(first.resolve("search/logins.patterns"), "# nothing\n");
    assertThat(script("bin/check-patterns", "search/").exit()).isEqualTo(1);
    assertThat(script("bin/check-patterns").exit()).isEqualTo(2);
  }

  private Child startWorker() {
    Map<String, String> environment =
        Map.of(
            "PULLCORD_RELEASE", first.toString(),
            "PULLCORD_CURRENT", generation.resolve("current").toString(),
            "INTERVAL", "0.05");
    Child worker =
        Child.start(
            List.of(first.resolve("tasks/grep-worker").toString()),
            first,
            environment,
            directory.resolve("log"));
    started.add(worker);
    return worker;
  }

  private ProgramCall.Result script(String... argv) {
    Map<String, String> environment =
        Map.of("PULLCORD_CURRENT", generation.resolve("current").toString());
    return ProgramCall.of(first, environment, List.of(argv)).run();
  }

  private List<Results.Finding> findings() {
    return Results.of(new WorkerProcess(1, 1, "0", generation));
  }

  private void pointTo(Path release) throws IOException {
    Path fresh = Files.createSymbolicLink(generation.resolve("fresh"), release);
    Files.move(fresh, generation.resolve("current"), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path release(String name, String commit) throws IOException {
    Path release = directory.resolve(name);
    try (Stream<Path> paths = Files.walk(EXAMPLE)) {
      for (Path path : paths.toList()) {
        Path target = release.resolve(EXAMPLE.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    Files.createDirectory(release.resolve(".pullcord"));
    Files.writeString(
        release.resolve(".pullcord/release.json"),
        """
        {"trees":{"search-files":"%s"},"commit":"%s","ref":"main"}
        """
            .formatted("a".repeat(40), commit));
    return release;
  }
}
