package dev.pullcord.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Quarantine;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.state.StateDirectoryException;
import dev.pullcord.agent.status.Transcripts;
import dev.pullcord.protocol.error.ErrorKind;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final CommitId COMMIT = new CommitId("a".repeat(40));

  @TempDir Path temp;
  private StateDirectory directory;

  @BeforeEach
  void open() {
    directory = StateDirectory.open(temp.resolve("state"));
  }

  @AfterEach
  void close() {
    directory.close();
  }

  /** One of every kind of entry, in an order that makes sense. */
  private static List<Entry> all() {
    HealthSpec health =
        new HealthSpec(
            new HealthCheck.Run(new CommandSpec(List.of("true"), Duration.ofSeconds(1))),
            Duration.ofMillis(20),
            2,
            Duration.ofSeconds(60));
    WorkerSpec spec =
        new WorkerSpec(
            "grep",
            new Work.Process(List.of("bin/worker", "ü \n\"")),
            Map.of("A", "b"),
            "/etc/grep.env",
            WorkerSpec.Restart.STOP_START,
            health,
            null,
            null);
    Map<String, WorkerDefinition> workers = Map.of("grep", new WorkerDefinition(spec, "x"));
    Release release =
        Release.staged(
            1,
            new Release.Content(COMMIT, "main", Map.of("search", new TreeId("b".repeat(40)))),
            workers,
            Preparation.NONE,
            Map.of(),
            NOON);
    Generation generation =
        Generation.intended(
            1,
            "grep",
            new Generation.Origin(release.name(), COMMIT, "x"),
            "boot",
            NOON,
            false,
            RunnerName.PROCESS);
    return List.of(
        new Entry.PassBegun(1, COMMIT, 7),
        new Entry.Staged(release),
        new Entry.SwitchIntent(release.name()),
        new Entry.Switched(release.name(), NOON),
        new GenerationEntry.StartIntent(generation),
        new GenerationEntry.Started(1, new ProcessId(123, 456), NOON),
        new GenerationEntry.Revived(1, "another boot", new ProcessId(12, 34), NOON),
        new Entry.Healthy(new Applied(release.name(), COMMIT, "main", workers, Map.of()), false),
        new Entry.Moved(COMMIT, "other", workers, Map.of()),
        new Entry.Quarantined(new Quarantine(COMMIT, "check exited 1", 3, NOON, null)),
        new GenerationEntry.TermIntent(1, NOON),
        new GenerationEntry.TermSent(1, NOON),
        new GenerationEntry.KillIntent(1, NOON, "ann", "it hangs"));
  }

  private AgentHistory written(List<Entry> entries) throws IOException {
    try (Journal journal = Journal.open(directory, JournalProbe.NONE)) {
      entries.forEach(journal::append);
      return journal.history();
    }
  }

  @Test
  void anEmptyJournalGivesNoPassTheNumberOfAnOldTranscript() throws IOException {
    Files.createFile(directory.passes().resolve("0000000041"));
    Files.createFile(directory.passes().resolve("0000000007"));
    try (Journal journal = Journal.open(directory, JournalProbe.NONE)) {
      PassNumbers numbers = new PassNumbers(journal, new Transcripts(directory.passes()).highest());

      assertThat(numbers.begin(COMMIT, 1)).isEqualTo(42);
      numbers.end();
      assertThat(numbers.begin(COMMIT, 1)).isEqualTo(43);
    }
  }

  private AgentHistory read() throws IOException {
    try (Journal journal = Journal.open(directory, JournalProbe.NONE)) {
      return journal.history();
    }
  }

  @Test
  void aJournalFromBeforeGenerationsCouldOverlapIsReadWhole() throws IOException {
    readsWhole("journal-before-overlap");
    readsWhole("journal-before-overlap-folded");
  }

  private void readsWhole(String name) throws IOException {
    try (InputStream golden = JournalTest.class.getResourceAsStream("/golden/" + name)) {
      Files.write(directory.journal(), Objects.requireNonNull(golden).readAllBytes());
    }

    AgentHistory read = read();

    assertThat(read.quarantine()).isNotNull();
    assertThat(read.active()).isEqualTo(Release.name(1, COMMIT));
    assertThat(read.generations().values())
        .singleElement()
        .satisfies(g -> {
          assertThat(g.phase()).isEqualTo(Generation.Phase.CONSUMING);
          assertThat(g.hasWork()).isTrue();
          assertThat(g.follows()).isTrue();
          assertThat(g.leases()).containsExactly(Release.name(1, COMMIT));
        });
    assertThat(directory.root().resolve("journal.damaged-1")).doesNotExist();
  }

  @Test
  void whatWasWrittenIsReadAgain() throws IOException {
    AgentHistory written = written(all());

    assertThat(read()).isEqualTo(written);
    assertThat(written.generations().values())
        .singleElement()
        .satisfies(g -> {
          assertThat(g.phase()).isEqualTo(Generation.Phase.TERM_SENT);
          assertThat(g.process()).isEqualTo(new ProcessId(12, 34));
          assertThat(g.boot()).isEqualTo("another boot");
        });
    assertThat(written.applied()).extracting(Applied::ref).isEqualTo("other");
    Quarantine quarantine = Objects.requireNonNull(written.quarantine());
    assertThat(quarantine.forbids(COMMIT, 3, Map.of())).isTrue();
    assertThat(quarantine.forbids(COMMIT, 4, Map.of())).isFalse();
  }

  @Test
  void aFoldedHistoryIsTheSameHistory() throws IOException {
    AgentHistory written = written(all());

    assertThat(AgentHistory.EMPTY.plus(new Entry.Folded(written))).isEqualTo(written);
    String line =
        new String(
            JournalLine.write(new Entry.Folded(written)), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(JournalLine.read(line.strip())).contains(new Entry.Folded(written));
  }

  @Test
  void aTornLastLineIsCutOffAtAnyByte() throws IOException {
    List<Entry> entries = all();
    AgentHistory before = written(entries.subList(0, entries.size() - 1));
    long whole = Files.size(directory.journal());
    written(List.of(entries.getLast()));
    long end = Files.size(directory.journal());
    byte[] full = Files.readAllBytes(directory.journal());

    for (long torn = whole; torn < end; torn += 7) {
      Files.write(directory.journal(), java.util.Arrays.copyOf(full, (int) torn));
      assertThat(read()).as("cut at %d", torn).isEqualTo(before);
      assertThat(Files.size(directory.journal())).isEqualTo(whole);
    }
  }

  @Test
  void aDamagedLineInTheMiddleIsLeftOutAndTheFileIsKept() throws IOException {
    List<Entry> entries = all();
    written(entries);
    byte[] bytes = Files.readAllBytes(directory.journal());
    // A flipped bit in the pass-begun line, the first one.
    bytes[20] ^= 1;
    Files.write(directory.journal(), bytes);

    AgentHistory read = read();

    assertThat(read.pass()).isZero();
    assertThat(read.generations()).containsKey(1L);
    assertThat(Files.readAllBytes(directory.root().resolve("journal.damaged-1"))).isEqualTo(bytes);
    assertThat(read()).isEqualTo(read);
    assertThat(directory.root().resolve("journal.damaged-2")).doesNotExist();
  }

  @Test
  void itIsCompactedAndSaysTheSame() throws IOException {
    List<Entry> entries = new ArrayList<>(all());
    for (int pass = 2; pass < 1500; pass++) {
      entries.add(new Entry.PassBegun(pass, COMMIT, pass));
    }

    AgentHistory written = written(entries);

    assertThat(read()).isEqualTo(written);
    assertThat(written.pass()).isEqualTo(1499);
    assertThat(Files.readAllLines(directory.journal())).hasSizeLessThan(600);
  }

  @Test
  void oneThatCannotBeCompactedTakesEntriesAllTheSame() throws IOException {
    Path inTheWay = Files.createDirectory(directory.root().resolve("journal.new"));
    Files.createFile(inTheWay.resolve("file"));
    AgentHistory written;
    try (Journal journal = Journal.open(directory, JournalProbe.NONE)) {
      for (int pass = 1; pass <= 1500; pass++) {
        journal.append(new Entry.PassBegun(pass, COMMIT, pass));
      }
      assertThat(Files.readAllLines(directory.journal())).hasSize(1500);
      assertThat(Journal.peek(directory.journal()).pass()).isEqualTo(1500);

      Files.delete(inTheWay.resolve("file"));
      Files.delete(inTheWay);
      for (int pass = 1501; pass <= 2500; pass++) {
        journal.append(new Entry.PassBegun(pass, COMMIT, pass));
      }
      written = journal.history();
    }
    assertThat(read()).isEqualTo(written);
    assertThat(Files.readAllLines(directory.journal())).as("later").hasSizeLessThan(600);
  }

  @Test
  void whatIsAppendedAfterACompactionThatFailedIsInTheFileOfThatName() throws IOException {
    try (Journal journal = Journal.open(directory, JournalProbe.NONE)) {
      for (int pass = 1; pass <= 1000; pass++) {
        journal.append(new Entry.PassBegun(pass, COMMIT, pass));
      }
      Path state = directory.root();
      Path hidden = state.resolveSibling("hidden");
      Files.move(state, hidden);
      journal.append(new Entry.PassBegun(1001, COMMIT, 1001));
      Files.move(hidden, state);
      journal.append(new Entry.PassBegun(1002, COMMIT, 1002));
    }
    assertThat(read().pass()).isEqualTo(1002);
  }

  @Test
  void aDiskThatTakesNothingLeavesTheHistoryAsItWas() throws IOException {
    JournalProbe full =
        new JournalProbe() {
          @Override
          public void force(FileChannel channel) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    try (Journal journal = Journal.open(directory, full)) {
      assertThatThrownBy(() -> journal.append(new GenerationEntry.TermSent(1, NOON)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot write the journal");
      assertThat(journal.history()).isEqualTo(AgentHistory.EMPTY);
      journal.append(new Entry.PassBegun(1, COMMIT, 1));
    }

    assertThat(read().pass()).isEqualTo(1);
    assertThat(Files.readAllLines(directory.journal())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"from-the-future\",\"x\":1}",
        "{\"type\":\"pass-begun\",\"pass\":{\"from\":\"the future\"}}",
        "{\"type\":\"pass-begun\",\"pass\":1,\"commit\":null,\"revision\":1}"
      })
  void aJournalOfANewerAgentIsRefusedAndStaysAsItIs(String json) throws IOException {
    written(all().subList(0, 1));
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Files.writeString(
        directory.journal(),
        "%08x %s\n".formatted(crc.getValue(), json),
        StandardOpenOption.APPEND);

    byte[] before = Files.readAllBytes(directory.journal());

    assertThatThrownBy(this::read)
        .isInstanceOf(StateDirectoryException.class)
        .hasMessageStartingWith("STATE_NEWER  " + directory.journal())
        .extracting(e -> ((StateDirectoryException) e).kind())
        .as("exit code 2, after which systemd does not start it again")
        .isEqualTo(ErrorKind.INPUT);
    assertThat(directory.journal()).hasBinaryContent(before);
    assertThat(Journal.peek(directory.journal()).pass()).as("who only looks").isEqualTo(1);
  }
}
