package dev.pullcord.agent.worker.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.journal.Recovery;
import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final CommitId COMMIT = new CommitId("a".repeat(40));
  private static final String RELEASE = Release.name(1, COMMIT);

  private final StateDirectory directory;
  private final Journal journal;

  /** This very process stands for a worker that lives. */
  private final ProcessId living = Processes.find(Processes.self()).orElseThrow();

  BootTest(@TempDir Path temp) throws IOException {
    directory = StateDirectory.open(temp.resolve("state"));
    journal = Journal.open(directory, JournalProbe.NONE);
  }

  @BeforeEach
  void deployed() throws IOException {
    Files.createDirectory(directory.release(RELEASE));
    WorkerSpec spec =
        new WorkerSpec(
            "grep",
            new Work.Process(List.of("bin/worker")),
            Map.of(),
            null,
            WorkerSpec.Restart.STOP_START,
            null,
            null,
            null);
    journal.append(
        new Entry.Staged(
            Release.staged(
                1,
                new Release.Content(COMMIT, "main", Map.of()),
                Map.of("grep", new WorkerDefinition(spec, "x")),
                Preparation.NONE,
                Map.of(),
                NOON)));
    AtomicFiles.swapLink(directory.current(), directory.release(RELEASE));
    journal.append(new Entry.Switched(RELEASE, NOON));
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
    directory.close();
  }

  private AgentHistory recover() throws IOException {
    SystemdRunner runner =
        new SystemdRunner(
            directory, HostClock.system(), () -> {}, ServiceManager.NONE, WorkerUsers.NONE);
    return new Recovery(directory, journal, HostClock.system(), runner).recover();
  }

  /** A generation that had the work, of that runner, started in another boot. */
  private void worked(long number, RunnerName runner) throws IOException {
    journal.append(new GenerationEntry.StartIntent(files(number, runner)));
    journal.append(new GenerationEntry.Started(number, new ProcessId(living.pid(), 1), NOON));
    journal.append(new GenerationEntry.TakeOverIntent(number, NOON));
    journal.append(new GenerationEntry.TakenOver(number, NOON));
  }

  private Generation files(long number, RunnerName runner) throws IOException {
    Generation generation =
        Generation.intended(
            number,
            "grep",
            new Generation.Origin(RELEASE, COMMIT, "x"),
            "another boot",
            NOON,
            true,
            runner);
    new GenerationFiles(directory, number).create(generation);
    return generation;
  }

  private void startedAtBoot(long number) throws IOException {
    Files.writeString(claim(number), living.pid() + " " + living.start() + "\n");
  }

  private Path claim(long number) {
    return new GenerationFiles(directory, number).claimIn(Processes.bootId());
  }

  @Test
  void whatTheHostStartedAgainIsTakenOverWithItsWork() throws IOException {
    worked(1, RunnerName.SYSTEMD);
    startedAtBoot(1);

    assertThat(recover().generations().values())
        .singleElement()
        .satisfies(g -> {
          assertThat(g.process()).isEqualTo(living);
          assertThat(g.boot()).isEqualTo(Processes.bootId());
          assertThat(g.phase()).isEqualTo(Generation.Phase.CONSUMING);
          assertThat(g.hasWork()).isTrue();
        });
  }

  @Test
  void whatTheHostHasNotStartedYetItNeverWill() throws IOException {
    worked(1, RunnerName.SYSTEMD);

    assertThat(recover().generations()).isEmpty();
    assertThat(claim(1)).hasContent("not started");
  }

  @Test
  void oneThatWasAskedToEndCanBeAskedAgain() throws IOException {
    worked(1, RunnerName.SYSTEMD);
    journal.append(new GenerationEntry.TermIntent(1, NOON));
    journal.append(new GenerationEntry.TermSent(1, NOON));
    startedAtBoot(1);

    assertThat(recover().generations().values())
        .singleElement()
        .satisfies(g -> assertThat(g.phase()).isEqualTo(Generation.Phase.SUPERSEDED));
  }

  @Test
  void oneThatTheJournalDoesNotKnowIsTakenOverIfItIsOnTheList() throws IOException {
    files(3, RunnerName.SYSTEMD);
    files(4, RunnerName.SYSTEMD);
    AtomicFiles.write(directory.workersAtBoot(), "4 grep\n");
    startedAtBoot(4);

    AgentHistory history = recover();

    assertThat(history.generations()).containsOnlyKeys(4L);
    assertThat(history.consuming("grep")).isPresent();
    assertThat(claim(3)).doesNotExist();
  }

  @Test
  void theListHasWhatWasLastGivenTheWork() throws IOException {
    BootList list = new BootList(directory);
    list.keep(journal.history(), Set.of());
    assertThat(directory.workersAtBoot()).doesNotExist();

    worked(1, RunnerName.SYSTEMD);
    list.keep(journal.history(), Set.of());
    assertThat(directory.workersAtBoot()).hasContent("1 grep");

    journal.append(new GenerationEntry.StartIntent(files(2, RunnerName.SYSTEMD)));
    journal.append(new GenerationEntry.TermIntent(1, NOON));
    list.keep(journal.history(), Set.of());
    assertThat(directory.workersAtBoot()).hasContent("1 grep");
    assertThat(new BootList(directory).has(1)).isTrue();

    worked(2, RunnerName.SYSTEMD);
    list.keep(journal.history(), Set.of());
    assertThat(directory.workersAtBoot()).hasContent("2 grep");
  }

  @Test
  void theListHasNothingThatTheAgentHoldsItself() throws IOException {
    BootList list = new BootList(directory);
    worked(1, RunnerName.SYSTEMD);
    list.keep(journal.history(), Set.of());

    worked(2, RunnerName.PROCESS);
    list.keep(journal.history(), Set.of());

    assertThat(directory.workersAtBoot()).isEmptyFile();
  }

  @Test
  void theListHasNothingThatAnOperatorStopped() throws IOException {
    BootList list = new BootList(directory);
    worked(1, RunnerName.SYSTEMD);
    list.keep(journal.history(), Set.of());

    list.keep(journal.history(), Set.of("grep"));

    assertThat(directory.workersAtBoot()).isEmptyFile();
  }
}
