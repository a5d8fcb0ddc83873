package dev.pullcord.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportSpoolTest {
  private static final CommitId COMMIT = new CommitId("11".repeat(20));
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path directory;
  private ReportSpool spool;
  private long now;

  @BeforeEach
  void make() throws IOException {
    spool = open(ReportSpool.Limits.DEFAULT);
  }

  private ReportSpool open(ReportSpool.Limits limits) {
    return new ReportSpool(directory, limits, () -> now);
  }

  static NodeStatus status(String reason) {
    return new NodeStatus(
        new NodeName("edge-1"),
        NodeState.CONVERGED,
        reason,
        AT,
        null,
        "main",
        COMMIT,
        COMMIT,
        null,
        Map.of(),
        Map.of(),
        null,
        null,
        0,
        null,
        null,
        0,
        null);
  }

  private void append(String reason, StepRecord... steps) throws IOException {
    spool.append(AT, 3, 7L, status(reason), List.of(steps));
  }

  private static StepRecord step(int index, String output) {
    return new StepRecord(
        1, index, COMMIT, StepRecord.Kind.CHECK, "check", StepRecord.Outcome.OK, AT, 5, 0, output);
  }

  private List<String> reasons() throws IOException {
    return spool.oldest(50, Long.MAX_VALUE).stream().map(r -> r.status().reason()).toList();
  }

  private ReportNumber newestNumber() throws IOException {
    return spool.oldest(10_000, Long.MAX_VALUE).getLast().numbered().number();
  }

  @Test
  void keepsTheOrderOverARestart() throws IOException {
    spool.epoch(1);
    append("one");
    append("two");

    spool = open(ReportSpool.Limits.DEFAULT);

    assertThat(spool.size()).isEqualTo(2);
    assertThat(reasons()).containsExactly("one", "two");
  }

  @Test
  void deletesAReportThatAKilledAgentDidNotFinish() throws IOException {
    append("one");
    Path unfinished = directory.resolve("0000000000000011006.json.new");
    Files.writeString(unfinished, "{");

    spool = open(ReportSpool.Limits.DEFAULT);

    assertThat(unfinished).doesNotExist();
    assertThat(reasons()).containsExactly("one");
  }

  @Test
  void numbersOnlyEverRise() throws IOException {
    spool.epoch(4);
    append("one");
    ReportNumber first = newestNumber();
    spool.stored(spool.oldest(50, Long.MAX_VALUE), first);

    spool = open(ReportSpool.Limits.DEFAULT);
    append("two");

    assertThat(newestNumber()).isGreaterThan(first);
    assertThat(newestNumber().epoch()).isEqualTo(4);
  }

  @Test
  void writesInTheLastKnownEpochUntilTheServerGivesANewOne() throws IOException {
    spool.epoch(4);
    spool = open(ReportSpool.Limits.DEFAULT);
    append("before");
    spool.epoch(5);
    append("after");

    List<SpooledReport> reports = spool.oldest(50, Long.MAX_VALUE);
    assertThat(reports).extracting(SpooledReport::epoch).containsExactly(4L, 5L);
  }

  @Test
  void decidesTheNumberOfAReportOnceAlsoBeforeTheFirstSession() throws IOException {
    append("before any session");
    spool.epoch(1);
    ReportNumber sent = newestNumber();

    // Killed between sending and deleting: the next start gets another epoch.
    spool = open(ReportSpool.Limits.DEFAULT);
    spool.epoch(2);

    assertThat(newestNumber()).isEqualTo(sent).isEqualTo(new ReportNumber(1, sent.n()));
  }

  @Test
  void deletesWhatIsStoredAndNothingElse() throws IOException {
    spool.epoch(1);
    append("one");
    append("two");
    append("three");
    List<SpooledReport> sent = spool.oldest(50, Long.MAX_VALUE);

    spool.stored(sent, sent.get(1).numbered().number());

    assertThat(reasons()).containsExactly("three");
    spool = open(ReportSpool.Limits.DEFAULT);
    assertThat(reasons()).containsExactly("three");
  }

  @Test
  void dropsTheOldestBeyondTheLimitOfFiles() throws IOException {
    spool = open(new ReportSpool.Limits(3, Long.MAX_VALUE, 2));
    for (String reason : List.of("1", "2", "3", "4", "5")) {
      append(reason);
    }

    assertThat(spool.size()).isEqualTo(3);
    spool.epoch(1);
    assertThat(reasons()).containsExactly("3", "4", "5");
  }

  @Test
  void keepsTheNewestHoweverLittleRoomThereIs() throws IOException {
    spool = open(new ReportSpool.Limits(10, 1, 2));
    append("old");
    append("new");

    spool.epoch(1);
    assertThat(reasons()).containsExactly("new");
  }

  @Test
  void keepsABatchSmall() throws IOException {
    spool.epoch(1);
    for (int i = 0; i < 5; i++) {
      append("large", step(0, "x".repeat(10_000)));
    }

    assertThat(spool.oldest(50, 25_000)).hasSize(2);
    assertThat(spool.oldest(3, Long.MAX_VALUE)).hasSize(3);
    assertThat(spool.oldest(50, 1)).hasSize(1);
  }

  @Test
  void shortensOutputsUntilTheReportCanBeSent() throws IOException {
    List<StepRecord> steps = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      steps.add(step(i, "x".repeat(StepRecord.OUTPUT_LIMIT_BYTES - 4) + "end"));
    }
    spool.epoch(1);
    append("chatty", steps.toArray(StepRecord[]::new));

    SpooledReport report = spool.oldest(1, 1).getFirst();
    assertThat(Files.size(directory.resolve(String.format("%019d.json", report.n()))))
        .isLessThan(600_000);
    assertThat(report.steps()).hasSize(40);
    assertThat(report.steps().getFirst().output()).contains("characters cut here").endsWith("end");
  }

  @Test
  void cutsAStatusThatTheServerWouldNotTake() throws IOException {
    spool.epoch(1);
    append("a sentence for each generation; ".repeat(20_000));

    assertThat(spool.oldest(1, 1).getFirst().status().fits()).isTrue();
  }

  @Test
  void dropsAReportThatCannotBeRead() throws IOException {
    spool.epoch(1);
    append("one");
    append("two");
    try (Stream<Path> files = Files.list(directory)) {
      Path first = files.filter(f -> f.toString().endsWith(".json")).sorted().findFirst().get();
      Files.writeString(first, "{");
    }

    assertThat(reasons()).containsExactly("two");
    assertThat(spool.size()).isEqualTo(1);
  }

  /** What a full, a read-only or a damaged disk looks like from here: no file can be made. */
  private void diskTakesNothing() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
    Files.writeString(directory, "not a directory");
  }

  @Test
  void holdsInMemoryWhatTheDiskDoesNotTakeAndNoMoreThanItsBound() throws IOException {
    diskTakesNothing();
    spool = open(new ReportSpool.Limits(10, Long.MAX_VALUE, 3));
    spool.epoch(4);
    for (String reason : List.of("1", "2", "3", "4", "5")) {
      append(reason, step(0, "x".repeat(50_000)));
    }

    assertThat(reasons()).containsExactly("3", "4", "5");
    assertThat(newestNumber()).isEqualTo(new ReportNumber(4, 5));
    assertThat(spool.oldest(1, 1).getFirst().steps().getFirst().output()).hasSizeLessThan(2100);
    spool.stored(spool.oldest(10, Long.MAX_VALUE), newestNumber());
    assertThat(spool.size()).isZero();
  }

  @Test
  void writesToTheDiskAgainAsSoonAsItTakesSomething() throws IOException {
    diskTakesNothing();
    spool = open(ReportSpool.Limits.DEFAULT);
    spool.epoch(4);
    append("held");
    Files.delete(directory);

    append("written");

    assertThat(reasons()).containsExactly("held", "written");
    spool = open(ReportSpool.Limits.DEFAULT);
    assertThat(reasons()).containsExactly("written");
  }

  @Test
  void aFileThatCannotBeReadHoldsUpNoneOfTheOthers() throws IOException {
    spool.epoch(1);
    append("one");
    Path one = directory.resolve(String.format("%019d.json", newestNumber().n()));
    append("two");
    byte[] whole = Files.readAllBytes(one);
    Files.delete(one);
    Files.createDirectory(one);

    assertThat(reasons()).containsExactly("two");
    assertThat(spool.size()).as("what waits and can be sent").isEqualTo(1);
    spool.stored(spool.oldest(50, Long.MAX_VALUE), newestNumber());
    assertThat(spool.size()).as("so that what is under way is told").isZero();

    now += Duration.ofSeconds(61).toNanos();
    assertThat(spool.size()).as("looked at again").isEqualTo(1);
    assertThat(reasons()).isEmpty();
    assertThat(spool.size()).isZero();

    Files.delete(one);
    Files.write(one, whole);
    append("three");
    now += Duration.ofSeconds(61).toNanos();
    assertThat(spool.size()).isEqualTo(2);
    assertThat(reasons()).containsExactly("one", "three");
  }

  @Test
  void whatIsNoFileAmongTheReportsIsPassedOver() throws Exception {
    append("one");
    Files.createDirectories(directory.resolve("0000000000000000000.json/x"));
    Files.createDirectories(directory.resolve("0000000000000000001.json.new/x"));
    pipe(directory.resolve("0000000000000000002.json"));
    Files.delete(directory.resolve("numbers"));
    pipe(directory.resolve("numbers"));

    spool = open(ReportSpool.Limits.DEFAULT);

    assertThat(reasons()).containsExactly("one");
    append("two");
    assertThat(reasons()).containsExactly("one", "two");
    assertThat(directory.resolve("0000000000000000002.json")).exists();
  }

  private static void pipe(Path path) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }
}
