package dev.pullcord.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.kind.process.ProcessRunner;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final CommitId COMMIT = new CommitId("a".repeat(40));
  private static final String RELEASE = Release.name(1, COMMIT);

  private final StateDirectory directory;
  private final Journal journal;

  /** This very process stands for a worker that lives. */
  private final ProcessId living = Processes.find(Processes.self()).orElseThrow();

  RecoveryTest(@TempDir Path temp) throws IOException {
    directory = StateDirectory.open(temp.resolve("state"));
    journal = Journal.open(directory, JournalProbe.NONE);
  }

  @BeforeEach
  void staged() throws IOException {
    Files.createDirectory(directory.release(RELEASE));
    journal.append(
        new Entry.Staged(
            Release.staged(
                1,
                new Release.Content(COMMIT, "main", Map.of()),
                Map.of(),
                Preparation.NONE,
                Map.of(),
                NOON)));
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
    directory.close();
  }

  private AgentHistory recover() throws IOException {
    Lives lives = new ProcessRunner(directory, HostClock.system(), () -> {}, Detached::start);
    return new Recovery(directory, journal, HostClock.system(), lives).recover();
  }

  private Generation intended(long number, String boot) throws IOException {
    Generation generation =
        Generation.intended(
            number,
            "grep",
            new Generation.Origin(RELEASE, COMMIT, "x"),
            boot,
            NOON,
            false,
            RunnerName.PROCESS);
    new GenerationFiles(directory, number).create(generation);
    return generation;
  }

  private Path claim(long number) {
    return new GenerationFiles(directory, number).claim();
  }

  @Test
  void aStartThatDidNotHappenIsClaimedSoThatItNeverWill() throws IOException {
    journal.append(new GenerationEntry.StartIntent(intended(1, Processes.bootId())));

    assertThat(recover().generations()).isEmpty();
    assertThat(claim(1)).hasContent("not started");
  }

  @Test
  void whatAKillLeftOfARecordThatWasBeingWrittenGoes() throws IOException {
    Path home = Files.createDirectories(directory.generation(2));
    Files.writeString(home.resolve("generation.json.new"), "{\"numb");
    Files.createSymbolicLink(home.resolve("current.new"), directory.current());
    Files.createFile(home.resolve("log"));
    intended(3, Processes.bootId());

    assertThat(recover().generations()).isEmpty();
    try (var left = Files.list(home)) {
      assertThat(left.map(file -> file.getFileName().toString())).containsExactly("log");
    }
  }

  @Test
  void aRecordThatIsNotUtf8IsSetAsideAndTheAgentStarts() throws IOException {
    Path home = Files.createDirectories(directory.generation(2));
    byte[] damage = {'{', '"', (byte) 0xff, '"', '}'};
    Files.write(home.resolve("generation.json"), damage);
    journal.append(new GenerationEntry.StartIntent(intended(1, Processes.bootId())));
    Files.write(claim(1), damage);
    Files.write(directory.workersAtBoot(), new byte[] {(byte) 0xff, '\n', '7', ' ', 'g', '\n'});

    assertThat(recover().generations()).isEmpty();
    assertThat(home.resolve("generation.json")).doesNotExist();
    assertThat(home.resolve("generation.json.damaged")).hasBinaryContent(damage);
    assertThat(GenerationFiles.atBoot(directory)).containsExactly(Map.entry("g", 7L));
  }

  @Test
  void aStartThatHappenedUnnoticedIsTakenOver() throws IOException {
    journal.append(new GenerationEntry.StartIntent(intended(1, Processes.bootId())));
    Files.writeString(claim(1), living.pid() + " " + living.start() + "\n");

    assertThat(recover().generations().values())
        .singleElement()
        .satisfies(g -> assertThat(g.process()).isEqualTo(living));
  }

  @Test
  void aClaimThatStaysEmptyNeverBecameAWorker() throws IOException {
    journal.append(new GenerationEntry.StartIntent(intended(1, Processes.bootId())));
    Files.createFile(claim(1));

    assertThat(recover().generations()).isEmpty();
  }

  @Test
  void anotherProcessWithThatPidIsNotTheWorker() throws IOException {
    journal.append(new GenerationEntry.StartIntent(intended(1, Processes.bootId())));
    journal.append(
        new GenerationEntry.Started(1, new ProcessId(living.pid(), living.start() - 1), NOON));

    assertThat(recover().generations()).isEmpty();
  }

  @Test
  void nothingOutlivesABoot() throws IOException {
    journal.append(new GenerationEntry.StartIntent(intended(1, "another boot")));
    journal.append(new GenerationEntry.Started(1, living, NOON));

    assertThat(recover().generations()).isEmpty();
  }

  @Test
  void aWorkerThatTheJournalForgotIsTakenOver() throws IOException {
    intended(4, Processes.bootId());
    Files.writeString(claim(4), living.pid() + " " + living.start() + "\n");

    AgentHistory history = recover();

    assertThat(history.generations()).containsOnlyKeys(4L);
    assertThat(history.lastGeneration()).isEqualTo(4);
  }

  @Test
  void theLinkSaysWhatIsActive() throws IOException {
    assertThat(recover().active()).isNull();
    Files.createSymbolicLink(directory.current(), Path.of("releases", RELEASE));
    assertThat(recover().active()).isEqualTo(RELEASE);
    Files.delete(directory.current());
    Files.createDirectory(directory.release("000002-foreign"));
    Files.createSymbolicLink(directory.current(), directory.release("000002-foreign"));
    assertThat(recover().active()).isNull();
  }

  @Test
  void aReleaseThatIsGoneFromTheDiskIsForgotten() throws IOException {
    Files.delete(directory.release(RELEASE));

    assertThat(recover().releases()).isEmpty();
  }

  @Test
  void lookingTwiceWritesNothing() throws IOException {
    journal.append(new GenerationEntry.StartIntent(intended(1, Processes.bootId())));
    recover();
    long size = Files.size(directory.journal());

    recover();

    assertThat(Files.size(directory.journal())).isEqualTo(size);
  }
}
