package dev.pullcord.cli.command.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InitTest {
  private static final Path EXAMPLES = Path.of("../manifests/examples");

  private static final String FILE_NAME = "pullcord.yaml";

  /** No path may be as long. */
  private static final int PATH_MAX = 4096;

  @TempDir Path repository;
  @TempDir Path home;
  private Machine machine;

  @BeforeEach
  void start() {
    machine = new Machine(home);
  }

  private void file(String path, String text) throws IOException {
    Path file = repository.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void program(String path) throws IOException {
    file(path, "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        repository.resolve(path), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Manifest written() throws IOException {
    assertThat(machine.run("init", repository.toString())).as(machine.err()).isZero();
    String text = Files.readString(repository.resolve("pullcord.yaml"));
    ManifestResult result = ManifestParser.parse(text.getBytes(StandardCharsets.UTF_8));
    assertThat(result).as(text).isInstanceOf(ManifestResult.Valid.class);
    return ((ManifestResult.Valid) result).manifest();
  }

  private static String app(Manifest manifest, String worker) {
    return Objects.requireNonNull(manifest.workers().get(worker)).work()
            instanceof Work.Celery celery
        ? celery.settings().app()
        : "";
  }

  private static Bundle searchFiles(Manifest manifest) {
    return Objects.requireNonNull(manifest.bundles().get("search-files"));
  }

  @Test
  void aCeleryRepositoryGetsAWorkerAndTwoBundles() throws IOException {
    file("tasks/__init__.py", "");
    file("tasks/app.py", "from celery import Celery\n\napp = Celery(\"tasks\")\n");
    file("search/errors.patterns", "oops\n");
    file("requirements.txt", "celery\n");
    file("README.md", "# Fleet\n");
    file("tests/test_app.py", "app = Celery()\n");
    program("bin/check-patterns");
    Manifest manifest = written();
    assertThat(app(manifest, "tasks")).isEqualTo("tasks.app");
    assertThat(manifest.bundles()).hasSize(2);
    assertThat(Files.readString(repository.resolve("pullcord.yaml")))
        .contains("  search-files: {paths: [search/], on-change: nothing}\n")
        .contains("  task-code: {paths: [bin/, tasks/, requirements.txt]}\n")
        .contains("# Not deployed: README.md, tests/\n")
        .contains("python: {venv: requirements.txt}\n")
        .contains("  - {run: [bin/check-patterns], timeout: 30s}\n");
    assertThat(machine.out())
        .contains(
            "worker tasks runs tasks.app",
            """
            next: read it, then git add pullcord.yaml && git commit
              once: git remote add pullcord https://HOST:8420/git/fleet.git
              git push pullcord HEAD:main
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "jobs/queue.py, 'celery = Celery()', jobs.queue",
    "jobs/queue.py, 'q: Celery = Celery(broker=x)', jobs.queue:q",
    "src/jobs/__init__.py, 'app = celery.Celery(1)', jobs",
    "worker.py, 'app = Celery()', worker",
  })
  void anApplicationIsNamedAsCeleryIsToldOfIt(String path, String code, String module)
      throws IOException {
    file(path, code + "\n");
    Manifest manifest = written();
    assertThat(app(manifest, module.split("[.:]")[0])).isEqualTo(module);
    assertThat(Files.readString(repository.resolve("pullcord.yaml")).contains("PYTHONPATH: src"))
        .isEqualTo(path.startsWith("src/"));
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> directories = Files.list(EXAMPLES)) {
      return directories.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void whatIsWrittenForEachExampleIsAManifest(Path example) throws IOException {
    assertThat(machine.run("init", "--stdout", example.toString())).as(machine.err()).isZero();
    assertThat(ManifestParser.parse(machine.out().getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ManifestResult.Valid.class);
    assertThat(machine.out().contains("kind: celery"))
        .as("as its own manifest")
        .isEqualTo(Files.readString(example.resolve("pullcord.yaml")).contains("kind: celery"));
  }

  @Test
  void aManifestThatCannotBeWrittenIsNotTakenForARepositoryThatCannotBeRead() throws IOException {
    Path deep = repository;
    while (deep.toString().length() < PATH_MAX - FILE_NAME.length() - 255) {
      deep = deep.resolve("d".repeat(200));
    }
    deep = deep.resolve("d".repeat(PATH_MAX - FILE_NAME.length() - deep.toString().length() - 2));
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("a.py"), "app = Celery()\n");

    assertThat(machine.run("init", deep.toString())).isEqualTo(1);
    assertThat(machine.err())
        .contains("cannot write " + deep.resolve(FILE_NAME))
        .doesNotContain("cannot look at");
  }

  @Test
  void namesThatYamlWouldReadOtherwiseAreQuoted() throws IOException {
    for (String name :
        List.of("my files", "a,b", "#x", "true", "it's", "über", "a: b", "*x", "1")) {
      file(name + "/patterns", "x\n");
    }
    assertThat(searchFiles(written()).paths())
        .contains("my files/", "a,b/", "#x/", "true/", "it's/", "über/", "a: b/", "1/")
        .doesNotContain("*x/");
  }

  @Test
  void moreDirectoriesThanABundleMayHaveAreSplit() throws IOException {
    for (int n = 0; n < 250; n++) {
      file("search-%03d/x".formatted(n), "x\n");
      program("bin/check-" + n);
      file("jobs/app%d.py".formatted(n), "app = Celery()\n");
    }
    Manifest manifest = written();
    assertThat(manifest.bundles().keySet())
        .contains("search-files", "search-files-2", "search-files-3");
    assertThat(
            manifest.bundles().values().stream()
                .filter(b -> b.onChange() == Bundle.OnChange.NOTHING)
                .flatMap(b -> b.paths().stream()))
        .hasSize(250);
    assertThat(Files.readString(repository.resolve("pullcord.yaml")))
        .contains("# Left out: 150 more checks; a manifest has at most 100.\n")
        .contains("# Left out: 150 more applications; a manifest has at most 100.\n");
  }

  @Test
  void aDirectoryOfVeryManyFilesHidesNoOther() throws IOException {
    Path many = Files.createDirectories(repository.resolve("many"));
    for (int n = 0; n <= 20_000; n++) {
      Files.createFile(many.resolve("p" + n));
    }
    file("search/x", "x\n");
    file("tasks/app.py", "app = Celery()\n");
    Manifest manifest = written();
    assertThat(searchFiles(manifest).paths()).containsExactly("search/");
    assertThat(Objects.requireNonNull(manifest.bundles().get("task-code")).paths())
        .containsExactly("many/", "tasks/");
    String said =
        "many/ has more than 20000 files, and the rest was not looked at: it counts as code\n";
    assertThat(machine.out()).contains("  " + said);
    assertThat(Files.readString(repository.resolve("pullcord.yaml"))).contains("# " + said);
  }

  @Test
  void namesThatNoManifestCanHaveAreOnlySaid() throws IOException {
    file("search/x", "x\n");
    file("a?.py", "app = Celery()\n");
    file("[x].py", "\n");
    file("two\nlines.txt", "x\n");
    file("bell\u0007\u0085\u2028/x", "x\n");
    program("bin/check\none");
    program("bin/check-two");
    Manifest manifest = written();
    assertThat(searchFiles(manifest).paths()).containsExactly("search/");
    assertThat(manifest.bundles().keySet()).containsExactly("search-files", "task-code");
    assertThat(Files.readString(repository.resolve("pullcord.yaml")))
        .contains("\"a?.py\"", "\"two\\u000alines.txt\"", "\"bell")
        .contains("check:\n  - {run: [bin/check-two], timeout: 30s}\n\n");
  }

  @Test
  void aRepositoryThatNoManifestCanDescribeIsNoBug() throws IOException {
    String name = "search-" + "x".repeat(240);
    for (int n = 0; n < 1200; n++) {
      Files.createDirectory(repository.resolve("%s%04d".formatted(name, n)));
      file("%s%04d/x".formatted(name, n), "x\n");
    }
    assertThat(machine.run("init", repository.toString())).isEqualTo(2);
    assertThat(machine.err()).contains("256KiB", "write pullcord.yaml by hand");
    assertThat(repository.resolve("pullcord.yaml")).doesNotExist();
  }

  @Test
  void aManifestThatIsThereStays() throws IOException {
    file("search/x", "x\n");
    file("pullcord.yaml", "mine\n");
    assertThat(machine.run("init", repository.toString())).isEqualTo(4);
    assertThat(machine.err()).contains("is there already", "--stdout");
    assertThat(Files.readString(repository.resolve("pullcord.yaml"))).isEqualTo("mine\n");
  }

  @Test
  void whereThereIsNothingToDeployThatIsSaid() throws IOException {
    file("README.md", "# Nothing\n");
    assertThat(machine.run("init", repository.toString())).isEqualTo(2);
    assertThat(machine.err()).contains("nothing to deploy");
    assertThat(machine.run("init", repository.resolve("gone").toString())).isEqualTo(2);
    assertThat(machine.err()).contains("is no directory");
    assertThat(repository.resolve("pullcord.yaml")).doesNotExist();
  }

  @Test
  void linksOutOfTheRepositoryAreNotFollowed() throws IOException {
    file("search/x", "x\n");
    Files.createSymbolicLink(repository.resolve("elsewhere"), home);
    Files.createSymbolicLink(repository.resolve("search/loop"), repository);
    assertThat(searchFiles(written()).paths()).containsExactly("search/");
  }
}
