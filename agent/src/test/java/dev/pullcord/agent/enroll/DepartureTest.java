package dev.pullcord.agent.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.kind.scripted.ScriptRunner;
import dev.pullcord.agent.worker.kind.unit.UnitRunner;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is asked to end, and awaited, before the code of the workers goes. */
class DepartureTest {
  @TempDir Path temp;
  private final FakeClock clock = new FakeClock();
  private final List<String> asked = new ArrayList<>();
  private StateDirectory directory;

  /** How often the unit still runs when it is looked at after it was asked to end. */
  private int lingers = 3;

  @BeforeEach
  void open() {
    directory = StateDirectory.open(temp.resolve("state"));
  }

  @AfterEach
  void close() {
    directory.close();
  }

  private DaemonUnits.Result systemctl(List<String> argv) {
    if (argv.contains("stop")) {
      asked.add(argv.getLast());
      return new DaemonUnits.Result(0, "");
    }
    if (asked.isEmpty() || lingers-- > 0) {
      return new DaemonUnits.Result(0, "ActiveState=active\n");
    }
    assertThat(lingers).as("it has ended").isGreaterThan(-10);
    return new DaemonUnits.Result(0, "ActiveState=inactive\n");
  }

  private void runs(long number, String worker, RunnerName runner) throws IOException {
    Generation generation =
        Generation.intended(
            number,
            worker,
            new Generation.Origin("000001-aaaaaaaaaaaa", new CommitId("a".repeat(40)), "x"),
            "boot",
            clock.now(),
            false,
            runner);
    new GenerationFiles(directory, number).create(generation);
    try (Journal journal = Journal.open(directory, JournalProbe.NONE)) {
      journal.append(new GenerationEntry.StartIntent(generation));
      journal.append(new GenerationEntry.Started(number, null, clock.now()));
    }
  }

  @Test
  void aUnitOfTheNodeIsAskedToEndAndAwaited() throws IOException {
    runs(1, "grep", UnitRunner.NAME);
    Files.writeString(directory.generation(1).resolve("unit"), "grep.service\n\n");
    DaemonUnits units = new DaemonUnits(AgentService.UNITS, this::systemctl);
    Departure departure = new Departure(directory, units, clock);
    List<String> said = new ArrayList<>();

    departure.askWorkersToEnd();
    departure.awaitWorkers(said::add);

    assertThat(asked).containsExactly("grep.service");
    assertThat(said.getFirst()).startsWith("waiting for grep (generation 1) to finish");
    assertThat(lingers).isNegative();
  }

  /** A script that does not exec: who is asked to end is the shell, and its child lives on. */
  @Test
  void whatAMainProcessHasLeftBehindIsAskedToEndToo() throws Exception {
    runs(1, "grep", RunnerName.PROCESS);
    ProcessBuilder child = new ProcessBuilder("sleep", "60");
    child
        .environment()
        .put("PULLCORD_CURRENT", new GenerationFiles(directory, 1).link().toString());
    Process left = child.start();
    try {
      DaemonUnits units = new DaemonUnits(AgentService.UNITS, this::systemctl);
      new Departure(directory, units, HostClock.system()).awaitWorkers(_ -> {});

      assertThat(left.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(left.exitValue()).as("by SIGTERM").isEqualTo(128 + 15);
    } finally {
      left.destroyForcibly();
    }
  }

  @Test
  void whatOnlyTheAgentCanEndIsNamedUntilItHasEnded() throws IOException {
    runs(1, "index", ScriptRunner.NAME);
    assertThat(Departure.endedByCommands(directory.journal())).containsExactly("index");

    try (Journal journal = Journal.open(directory, JournalProbe.NONE)) {
      journal.append(new GenerationEntry.Exited(1, clock.now()));
    }
    assertThat(Departure.endedByCommands(directory.journal())).isEmpty();
  }
}
