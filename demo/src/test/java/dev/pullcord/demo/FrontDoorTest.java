package dev.pullcord.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.Waiting;
import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code ./pullcord} and the launchers find their Java; the JDKs here are made of paper. */
class FrontDoorTest {
  private static final String TESTS_FAIL = "read -r pid <pid; echo \"fetches $pid\"; exit 7";

  private static final Path ROOT = Path.of(System.getProperty("pullcord.root"));

  @TempDir Path directory;

  @Test
  void takesJavaHomeWhenItIsNewEnough() throws IOException {
    Path jdk = jdk("25.0.3");
    assertThat(find(Map.of("JAVA_HOME", jdk.toString())).output()).isEqualTo(jdk.toString());
  }

  @Test
  void passesOverAnOldJavaHome() throws IOException {
    Path old = jdk("17.0.15");
    Path sdkman = directory.resolve("home/.sdkman/candidates/java/25-tem");
    Files.createDirectories(sdkman.getParent());
    Files.move(jdk("25"), sdkman);
    Map<String, String> environment =
        Map.of("JAVA_HOME", old.toString(), "HOME", directory.resolve("home").toString());
    assertThat(find(environment).output()).isEqualTo(sdkman.toString());
  }

  @Test
  void saysInOneLineWhatItFoundWhatItNeedsAndHowToPointToIt() throws IOException {
    Path old = jdk("17.0.15");
    ProgramCall.Result result = find(Map.of("JAVA_HOME", old.toString()));
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.lines())
        .singleElement()
        .asString()
        .contains("needs a JDK 25", "found: Java 17", "export PULLCORD_JAVA_HOME=");
  }

  @Test
  void anOverrideThatIsTooOldIsAnErrorAndNotPassedOver() throws IOException {
    Path old = jdk("1.8.0_402");
    Map<String, String> environment =
        Map.of("PULLCORD_JAVA_HOME", old.toString(), "JAVA_HOME", jdk("25.0.1").toString());
    ProgramCall.Result result = find(environment);
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.output()).contains("PULLCORD_JAVA_HOME=" + old).contains("Java 8");
  }

  @Test
  void buildsAlsoForWhoHasNoHome() throws IOException {
    Path clone = directory.resolve("clone");
    Files.createDirectories(clone.resolve("scripts"));
    for (String file : List.of("pullcord", "scripts/find-jdk.sh")) {
      Files.copy(ROOT.resolve(file), clone.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path maven = Files.writeString(clone.resolve("mvnw"), "#!/bin/sh\necho at $HOME; exit 1\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> argv =
        List.of("env", "-u", "HOME", "-u", "MAVEN_USER_HOME", "./pullcord", "build");
    Map<String, String> java = Map.of("PULLCORD_JAVA_HOME", System.getProperty("java.home"));

    ProgramCall.Result result = ProgramCall.of(clone, java, argv).run();

    assertThat(result.output()).contains("at /", "the build failed").doesNotContain("HOME:");
  }

  @Test
  void whatAnotherFrontDoorWritesMeanwhileIsNotReadForTheSources() throws IOException {
    Path clone = directory.resolve("clone");
    Files.createDirectories(clone.resolve("scripts"));
    Files.createDirectories(clone.resolve("build/sources"));
    for (String file : List.of("pullcord", "scripts/find-jdk.sh")) {
      Files.copy(ROOT.resolve(file), clone.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path maven = Files.writeString(clone.resolve("mvnw"), "#!/bin/sh\nexit 1\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> java = Map.of("PULLCORD_JAVA_HOME", System.getProperty("java.home"));

    ProgramCall.Result result = ProgramCall.of(clone, java, List.of("./pullcord", "build")).run();

    assertThat(result.output()).contains("building with").doesNotContain("build/sources");
  }

  @Test
  void aLauncherFindsItsHomeAlsoForWhoHasACdpath() throws IOException {
    Files.createDirectories(directory.resolve("programs/bin"));
    String write =
        ". scripts/programs.sh; { launcher_head; echo 'echo \"at $home\"'; } >"
            + directory.resolve("programs/bin/pullcord");
    ProgramCall.of(ROOT, Map.of(), List.of("sh", "-c", write)).runOrFail();
    assertThat(
            ProgramCall.of(directory, Map.of("CDPATH", "."), List.of("sh", "programs/bin/pullcord"))
                .runOrFail()
                .lines())
        .containsExactly("at " + directory.resolve("programs").toRealPath());
  }

  @Test
  void whatCiStartedBesideTheTestsEndsWhenCiDoes() throws IOException {
    ProgramCall.Result result = ci(Map.of(), TESTS_FAIL);

    String fetches =
        result.lines().stream().filter(line -> line.startsWith("fetches")).findFirst().orElse("");
    assertThat(fetches).as(result.output()).isNotEmpty();
    Path process = Path.of("/proc", fetches.substring("fetches ".length()), "stat");
    assertThat(Waiting.holds(Duration.ofSeconds(60), () -> hasEnded(process))).isTrue();
  }

  @Test
  void whatHasEndedBeforeCiEndsItKeepsNothingElseFromBeingEnded() throws IOException {
    Map<String, String> late = Map.of("BASH_FUNC_kill%%", "() { builtin kill \"$@\"; return 1; }");
    String isEndedInItsDemos =
        """
        case "$*" in
          test) read -r pid <pid ;;
          *celery*) read -r -t 20 <>forever || echo "it went on" >on ;;
          *) kill -TERM "$PPID" ;;
        esac
        """;

    assertThat(ci(late, TESTS_FAIL).exit()).isEqualTo(7);
    assertThat(ci(late, isEndedInItsDemos).exit()).isEqualTo(143);
    try (Stream<Path> left = Files.walk(directory)) {
      assertThat(left.map(Path::getFileName)).doesNotContain(Path.of("on"));
    }
  }

  /**
   * Runs it with programs that do nothing but that one fetches without end.
   *
   * @param pullcord what that does, in bash
   */
  private ProgramCall.Result ci(Map<String, String> environment, String pullcord)
      throws IOException {
    Path clone = Files.createTempDirectory(directory, "clone");
    Files.createDirectories(clone.resolve("scripts"));
    Files.createDirectories(clone.resolve(".ci"));
    Files.copy(ROOT.resolve(".ci/run"), clone.resolve(".ci/run"));
    ProgramCall.of(clone, Map.of(), List.of("mkfifo", "pid", "forever")).runOrFail();
    Map<String, String> programs =
        Map.of(
            "apt-get", "",
            "id", "echo 0",
            "scripts/lab.sh", "sh -c 'echo $$ >pid; exec tail -f /dev/null' & wait",
            "pullcord", pullcord);
    for (Map.Entry<String, String> program : programs.entrySet()) {
      Path file = clone.resolve(program.getKey());
      Files.writeString(file, "#!/bin/bash\n" + program.getValue() + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("PATH", clone + ":" + System.getenv("PATH"));
    return ProgramCall.of(clone, variables, List.of("bash", ".ci/run")).run();
  }

  private static boolean hasEnded(Path process) {
    try {
      return Files.readString(process).contains(") Z ");
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void anUnknownCommandIsAWrongUse() {
    ProgramCall.Result result =
        ProgramCall.of(directory, Map.of(), List.of(ROOT.resolve("pullcord").toString(), "fly"))
            .run();
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.output()).contains("no command fly").contains("usage: ./pullcord");
  }

  @ParameterizedTest
  @ValueSource(strings = {"build", "test", "bench", "format"})
  void whoAsksForHelpGetsItAndNothingElseIsDone(String command) {
    List<String> argv = List.of(ROOT.resolve("pullcord").toString(), command, "--help");
    ProgramCall.Result result = ProgramCall.of(directory, Map.of(), argv).run();
    assertThat(result.exit()).isZero();
    assertThat(result.output()).startsWith("usage: ./pullcord");
  }

  private ProgramCall.Result find(Map<String, String> environment) throws IOException {
    String script =
        Files.readString(ROOT.resolve("scripts/find-jdk.sh"))
            .replace("/usr/lib/jvm/", directory + "/none/")
            .replace("command -v java", "false");
    Path file = Files.writeString(directory.resolve("find.sh"), script);
    List<String> argv =
        List.of(
            "env", "-u", "JAVA_HOME", "-u", "PULLCORD_JAVA_HOME", "HOME=" + directory + "/nohome");
    List<String> all = new java.util.ArrayList<>(argv);
    environment.forEach((name, value) -> all.add(name + "=" + value));
    all.addAll(
        List.of("sh", "-c", ". " + file + "; need_javac=; find_java && echo \"$java_home\""));
    return ProgramCall.of(directory, Map.of(), all).run();
  }

  private Path jdk(String version) throws IOException {
    Path home = directory.resolve("jdk-" + version);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }
}
