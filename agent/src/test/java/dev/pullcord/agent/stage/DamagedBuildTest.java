package dev.pullcord.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.rig.Wheel;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was built for a release is damaged on the disk of a node. */
class DamagedBuildTest {
  @TempDir private Path temp;
  private Rig rig;

  @BeforeEach
  void make() throws IOException {
    rig = new Rig(temp);
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  /** What somebody does to a file. */
  enum Damage {
    GONE("is gone") {
      @Override
      void to(Path file) throws IOException {
        Files.delete(file);
      }
    },
    EMPTIED("has 0 bytes instead of") {
      @Override
      void to(Path file) throws IOException {
        Files.delete(file);
        Files.createFile(file);
      }
    },
    WRITTEN_AGAIN("was written again") {
      @Override
      void to(Path file) throws IOException {
        byte[] same = Files.readAllBytes(file);
        Files.delete(file);
        Files.write(file, same);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
      }
    },
    A_DIRECTORY("is gone") {
      @Override
      void to(Path file) throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
      }
    };

    private final String said;

    Damage(String said) {
      this.said = said;
    }

    abstract void to(Path file) throws IOException;
  }

  private void building() {
    rig.prepare =
        List.of(
            new CommandSpec(
                List.of(
                    "sh",
                    "-c",
                    "echo ran >> '"
                        + rig.ledger
                        + "/prepared'; [ ! -e '"
                        + rig.ledger
                        + "/broken' ] && cat search/one > \"$PULLCORD_BUILD/index\""),
                Duration.ofSeconds(20)));
  }

  private static void open(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path build() throws IOException {
    return rig.current().resolve(".pullcord/build");
  }

  private PassResult later() {
    rig.clockForward(Duration.ofMinutes(1));
    rig.pass();
    return rig.pass();
  }

  private String drift() {
    return Objects.requireNonNull(rig.agent().status().drift()).reason();
  }

  private void wholeAndUntouched() throws IOException {
    assertThat(rig.agent().status().drift()).isNull();
    assertThat(build().resolve("index")).hasContent("first pattern\n");
    assertThat(rig.lines("starts")).hasSize(1);
    assertThat(rig.lines("terms")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whatPrepareBuiltIsBuiltAgainAndTheWorkerLeftAlone(Damage damage) throws IOException {
    building();
    rig.push(rig.first());
    Path before = rig.current();
    open(build());
    damage.to(build().resolve("index"));

    assertThat(later().state()).isEqualTo(NodeState.CONVERGED);

    wholeAndUntouched();
    assertThat(rig.current()).isNotEqualTo(before);
    assertThat(rig.lines("prepared")).hasSize(2);
    later();
    assertThat(rig.lines("prepared")).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrongIsSaidWhereItIsNotMended(Damage damage) throws IOException {
    rig.enforceDrift = false;
    building();
    rig.push(rig.first());
    open(build());
    damage.to(build().resolve("index"));

    later();

    assertThat(drift())
        .startsWith("1 path is not as it was built: \".pullcord/build/index\" " + damage.said);
  }

  @Test
  void theFirstPassAfterAStartMendsWhatIsGoneAsAWhole() throws IOException {
    building();
    rig.push(rig.first());
    open(build());
    try (Stream<Path> all = Files.list(build())) {
      for (Path one : all.toList()) {
        Files.delete(one);
      }
    }
    rig.end();

    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);

    wholeAndUntouched();
  }

  @Test
  void theReleaseToGoBackToIsBuiltAgainWhereWhatWasBuiltIsDamaged() throws IOException {
    building();
    rig.push(rig.first());
    open(build());
    Files.delete(build().resolve("index"));

    Map<String, String> bad = rig.files();
    bad.put("tasks/task", "bad");
    PassResult result =
        rig.push(
            rig.source.commit(
                rig.manifest(Map.of(), List.of("false"), Duration.ofMillis(100)), bad));
    for (int i = 0; i < 50 && result.state() == NodeState.APPLYING; i++) {
      result = rig.pass();
    }

    assertThat(result.state()).as(result.reason()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(build().resolve("index")).hasContent("first pattern\n");
  }

  @Test
  void whatATryToMendHasLeftIsNotTakenForWhatIsSwitchedTo() throws IOException {
    building();
    rig.push(rig.first());
    open(build());
    Files.delete(build().resolve("index"));
    Files.createFile(rig.ledger.resolve("broken"));
    rig.clockForward(Duration.ofMinutes(1));
    rig.pass();
    assertThat(rig.pass().reason()).contains("staged again: prepare sh -c");
    Files.delete(rig.ledger.resolve("broken"));

    rig.clockForward(Duration.ofMinutes(6));
    rig.pass();

    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    wholeAndUntouched();
  }

  @Test
  void aBuildThatFailedIsNoDamage() throws IOException {
    rig.prepare = List.of(new CommandSpec(List.of("sh", "-c", "exit 3"), Duration.ofSeconds(20)));
    PassResult first = rig.push(rig.first());

    rig.agent().retry();

    assertThat(first.reason()).contains("exited 3");
    assertThat(rig.pass().reason()).isEqualTo(first.reason());
    assertThat(rig.history().lastSequence()).isEqualTo(1);
  }

  @Test
  void aPythonEnvironmentIsMadeAgainAndTheWorkerLeftAlone() throws IOException {
    rig.push(withVenv());
    Path module = inVenv("hello.py");
    byte[] whole = Files.readAllBytes(module);
    open(Objects.requireNonNull(module.getParent()));
    Files.delete(module);
    Files.createFile(module);

    assertThat(later().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(module).hasBinaryContent(whole);
    assertThat(rig.agent().status().drift()).isNull();
    assertThat(venv().resolveSibling(venv().getFileName() + ".damaged")).doesNotExist();

    Path python = venv().resolve("bin/python3");
    open(Objects.requireNonNull(python.getParent()));
    Files.delete(python);
    Files.createSymbolicLink(python, Path.of("/nonexistent/python3"));
    rig.end();

    assertThat(rig.pass().state()).isEqualTo(NodeState.CONVERGED);
    assertThat(python).isExecutable();
    assertThat(rig.lines("starts")).hasSize(1);
  }

  private CommitId withVenv() {
    Needs.pythonVenv();
    rig.python = new PythonSpec("tasks/requirements.txt", "vendor/wheels");
    String wheel = Wheel.path("hello", "1.0");
    rig.source.binaries.put(wheel, Wheel.of("hello", "1.0"));
    Map<String, String> files = rig.files();
    files.put("tasks/requirements.txt", "hello==1.0\n");
    files.put(wheel, "a wheel");
    return rig.source.commit(rig.manifest(), files);
  }

  private Path venv() throws IOException {
    try (Stream<Path> venvs = Files.list(rig.home.resolve("cache/venvs"))) {
      return venvs.toList().getFirst();
    }
  }

  private Path inVenv(String name) throws IOException {
    try (Stream<Path> all = Files.walk(venv())) {
      return all.filter(path -> path.endsWith(name)).findFirst().orElseThrow();
    }
  }
}
