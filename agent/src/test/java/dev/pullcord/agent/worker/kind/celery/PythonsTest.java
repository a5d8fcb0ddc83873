package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeCommands;
import dev.pullcord.agent.host.Private;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which Python it is, by Pythons that answer as a test says. */
class PythonsTest {
  @TempDir Path temp;
  private final FakeCommands commands = new FakeCommands();
  private final Pythons pythons = new Pythons(commands);

  private Pythons.Choice find() {
    return find(temp, Map.of("PATH", "/usr/bin"));
  }

  private Pythons.Choice find(Path release, Map<String, String> environment) {
    Surroundings where =
        new Surroundings(
            new NodeName("sea-01"),
            "main",
            new CommitId("a".repeat(40)),
            release,
            temp,
            null,
            Private.NONE,
            temp.resolve("venv"),
            Surroundings.Owner.NODE);
    return pythons.find(where, environment);
  }

  @Test
  void aHostThatIsTooSlowToAnswerIsNoReleaseWithoutCelery() {
    commands.result = FakeCommands.cutShort(CommandResult.End.TIMED_OUT, "");
    assertThat(find())
        .isEqualTo(
            new Pythons.Choice.Untold(
                temp.resolve("venv/bin/python3")
                    + " did not import celery within 20 s; is the host busy?"));

    commands.result = FakeCommands.cutShort(CommandResult.End.NOT_STARTED, "no memory");
    assertThat(find())
        .isInstanceOfSatisfying(
            Pythons.Choice.Untold.class, told -> assertThat(told.why()).endsWith("no memory"));
  }

  @Test
  void aPythonThatIsKilledHasNotSaidThatItHasNoCelery() {
    commands.result = FakeCommands.exited(137, "Killed");

    assertThat(find())
        .isEqualTo(
            new Pythons.Choice.Untold(
                temp.resolve("venv/bin/python3")
                    + " was killed while it imported celery: exit code 137"));

    commands.result = FakeCommands.exited(139, "");
    assertThat(find()).as("it crashes by itself").isEqualTo(new Pythons.Choice.None());
  }

  @Test
  void aPythonThatWasFoundIsAskedAgainForOtherModulesAndAnotherRelease() throws IOException {
    Path python = temp.resolve("venv/bin/python3");
    Files.createDirectories(python.getParent());
    assertThat(Files.createFile(python).toFile().setExecutable(true)).isTrue();
    find();
    find();
    assertThat(commands.run).as("it is remembered").hasSize(1);

    find(temp, Map.of("PATH", "/usr/bin", "PYTHONPATH", "src"));
    assertThat(commands.run).hasSize(2);
    find(temp, Map.of("PATH", "/usr/bin", "PYTHONHOME", "/opt/python"));
    assertThat(commands.run).hasSize(3);
    find(temp.resolve("next"), Map.of("PATH", "/usr/bin"));
    assertThat(commands.run).hasSize(4);
  }

  @Test
  void onlyAPythonThatSaysSoHasNoCelery() {
    commands.result = FakeCommands.exited(1, "ModuleNotFoundError");

    assertThat(find()).isEqualTo(new Pythons.Choice.None());

    commands.result = FakeCommands.exited(0, "");
    assertThat(find()).isEqualTo(new Pythons.Choice.Found(temp.resolve("venv/bin/python3")));
  }
}
