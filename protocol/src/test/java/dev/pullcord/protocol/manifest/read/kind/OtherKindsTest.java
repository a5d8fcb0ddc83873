package dev.pullcord.protocol.manifest.read.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.CommandsSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What workers of the kinds process, command and systemd may say. */
class OtherKindsTest {
  private static final String COMMAND =
      "kind: command, start: {run: [bin/up]}, stop: {run: [bin/down], timeout: 1m},"
          + " status: {run: [bin/is-up]}";

  @Test
  void aProcessHasItsArgumentsAndWorksFromItsStart() {
    assertThat(WorkerText.read("kind: process, run: [bin/grep, -v]").work())
        .isEqualTo(new Work.Process(List.of("bin/grep", "-v"), false));
    assertThat(WorkerText.read("kind: process, run: [bin/grep], standby: true").work())
        .isEqualTo(new Work.Process(List.of("bin/grep"), true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: process | run",
        "kind: process, run: [] | run",
        "kind: process, run: [bin/grep], standby: perhaps | standby",
        "kind: command, start: {run: [a]}, stop: {run: [b]} | status",
        "kind: command, start: {run: []}, stop: {run: [b]}, status: {run: [c]} | start",
        "kind: systemd | unit",
      })
  void whatIsMissingOrOddIsNamed(String keys, String key) {
    assertThat(WorkerText.problems(keys)).isNotEmpty().allMatch(problem -> problem.contains(key));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: process, run: [bin/grep], unit: grep.service | unit",
        "kind: systemd, unit: grep.service, run: [bin/grep] | run",
        "kind: process, run: [bin/grep], app: tasks.app | app",
        "kind: celery, app: tasks.app, run: [bin/grep] | run",
      })
  void aKeyOfAnotherKindIsNotTakenInSilence(String keys, String key) {
    assertThat(WorkerText.problems(keys))
        .singleElement()
        .asString()
        .contains("workers.grep." + key);
  }

  @Test
  void aScriptedWorkerHasThreeCommandsAndOneInstance() {
    WorkerSpec worker = WorkerText.read(COMMAND);

    assertThat(worker.restart()).isEqualTo(WorkerSpec.Restart.STOP_START);
    assertThat(worker.work()).isInstanceOf(Work.Scripted.class);
    CommandsSpec commands = ((Work.Scripted) worker.work()).commands();
    assertThat(List.of(commands.start(), commands.stop(), commands.status()))
        .extracting(CommandSpec::run)
        .containsExactly(List.of("bin/up"), List.of("bin/down"), List.of("bin/is-up"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"runner: systemd", "restart: overlap"})
  void whatItsOwnCommandsHoldIsNotTheAgents(String key) {
    assertThat(WorkerText.problems(COMMAND + ", " + key))
        .singleElement()
        .asString()
        .contains("is not for kind: command");
  }

  @Test
  void aUnitOfTheNodeIsNamedByItsService() {
    WorkerSpec worker = WorkerText.read("kind: systemd, unit: grep@1.service");

    assertThat(worker.work()).isEqualTo(new Work.Unit("grep@1.service"));
    assertThat(worker.restart()).isEqualTo(WorkerSpec.Restart.STOP_START);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"grep", "grep.timer", "pullcord-worker@1.service", "../a.service", "a b.service"})
  void anotherUnitIsNotTaken(String unit) {
    assertThat(WorkerText.problems("kind: systemd, unit: '" + unit + "'"))
        .singleElement()
        .asString()
        .startsWith("workers.grep.unit: ")
        .contains("is not a unit that Pullcord may take");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "runner: process | systemd holds its processes",
        "env: {A: b} | the unit has its own environment",
        "restart: overlap | of which there is one unit",
      })
  void whatTheUnitFileSaysIsNotSaidTwice(String key, String reason) {
    assertThat(WorkerText.problems("kind: systemd, unit: grep.service, " + key))
        .singleElement()
        .asString()
        .contains("is not for kind: systemd", reason);
  }
}
