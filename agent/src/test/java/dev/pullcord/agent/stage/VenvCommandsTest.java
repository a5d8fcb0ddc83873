package dev.pullcord.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.fake.FakeCommands;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.Private;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.rights.Builds;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of this node's Python, by a Python that answers as a test says. */
class VenvCommandsTest {
  private static final PythonSpec SPEC = new PythonSpec("requirements.txt", null);

  @TempDir Path temp;
  private final FakeCommands commands = new FakeCommands();
  private StateDirectory directory;
  private Venvs venvs;

  @BeforeEach
  void open() {
    Needs.pythonVenv();
    directory = StateDirectory.open(temp.resolve("state"));
    venvs = new Venvs(directory, commands, new Builds(Rights.same(), directory));
  }

  @AfterEach
  void close() {
    directory.close();
  }

  @Test
  void aPythonThatDoesNotAnswerOnceIsStillTheSameOne() {
    commands.result = FakeCommands.exited(0, "3.12 linux /usr");
    String key = venvs.key(SPEC, List.of());

    for (CommandResult silent :
        List.of(
            FakeCommands.cutShort(CommandResult.End.TIMED_OUT, ""),
            FakeCommands.cutShort(CommandResult.End.NOT_STARTED, "no memory"),
            FakeCommands.exited(137, "Killed"))) {
      commands.result = silent;
      assertThat(venvs.key(SPEC, List.of())).isEqualTo(key);
      assertThat(venvs.problem(SPEC)).isEmpty();
    }

    commands.result = FakeCommands.exited(0, "3.13 linux /usr");
    assertThat(venvs.key(SPEC, List.of())).isNotEqualTo(key);
  }

  @Test
  void aPythonThatHasNeverAnsweredIsTheNodesFault() {
    commands.result = FakeCommands.cutShort(CommandResult.End.TIMED_OUT, "");

    assertThat(venvs.problem(SPEC).orElseThrow())
        .contains("python3 does not say which Python it is: took longer than 20 s");
    assertThat(venvs.problem(null)).as("a commit without Python").isEmpty();
    assertThatThrownBy(() -> venvs.key(SPEC, List.of())).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void anInstallationThatTakesTooLongIsTriedAgainAndNotTheCommitsFault() throws IOException {
    PythonSpec wheels = new PythonSpec("requirements.txt", "vendor");
    commands.first.add(FakeCommands.exited(0, ""));
    commands.result = FakeCommands.cutShort(CommandResult.End.TIMED_OUT, "");

    StepResult slow = venvs.make(wheels, "key", staged(), () -> false);

    assertThat(slow.outcome()).isEqualTo(StepRecord.Outcome.ENVIRONMENT_FAULT);
    assertThat(slow.reason())
        .isEqualTo("venv: pip install -r requirements.txt took longer than 30m");
  }

  private Surroundings staged() throws IOException {
    Path release = Files.createDirectory(directory.releases().resolve("000001-aaaaaaaaaaaa"));
    Files.writeString(release.resolve("requirements.txt"), "hello\n");
    return new Surroundings(
        new NodeName("sea-01"),
        "main",
        new CommitId("a".repeat(40)),
        release,
        release,
        null,
        Private.NONE,
        null,
        Surroundings.Owner.NODE);
  }

  @Test
  void whatMakesAnEnvironmentIsKnownToTheNextAgentByItsRelease() throws IOException {
    Surroundings staged = staged();
    Path release = staged.release();

    assertThat(venvs.make(SPEC, "key", staged, () -> false).succeeded()).isTrue();

    assertThat(commands.run)
        .hasSize(2)
        .allSatisfy(command ->
            assertThat(command.environment()).containsEntry("PULLCORD_RELEASE", release + ""));
  }
}
