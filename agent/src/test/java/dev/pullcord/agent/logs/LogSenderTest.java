package dev.pullcord.agent.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.channel.ServerEvent.LogsWanted;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSenderTest {
  private static final int MAX = LogLines.MAX_CHARACTERS;

  @TempDir Path temp;
  private final List<LogLines> sent = new ArrayList<>();
  private StateDirectory directory;

  @BeforeEach
  void open() {
    directory = StateDirectory.open(temp.resolve("state"));
  }

  @AfterEach
  void close() {
    directory.close();
  }

  @Test
  void aShortTextIsOnePiece() {
    assertThat(LogSender.end("one\ntwo\n", 0)).isEqualTo(8);
    assertThat(LogSender.end("", 0)).isZero();
  }

  @Test
  void aPieceEndsAfterALine() {
    String text = "x".repeat(MAX - 10) + "\n" + "y".repeat(20) + "\n";

    assertThat(LogSender.end(text, 0)).isEqualTo(MAX - 9);
    assertThat(LogSender.end(text, MAX - 9)).isEqualTo(text.length());
  }

  @Test
  void aLineLongerThanAPieceIsCutBetweenCharacters() {
    String text = "x".repeat(MAX - 1) + "\uD83D\uDE00" + "y";

    assertThat(LogSender.end(text, 0)).isEqualTo(MAX - 1);
    assertThat(LogSender.end(text, MAX - 1)).isEqualTo(text.length());
  }

  @Test
  void aLogThatIsFollowedForHalfADayEndsWithTheReason() throws IOException {
    log("one\n");
    sender(_ -> true).serve(new LogsWanted("r", null, 10, true));
    assertThat(sent.getLast().last()).isTrue();
    assertThat(sent.getLast().text())
        .isEqualTo("this log was followed for 12 hours; follow it again\n");
    assertThat(sent).filteredOn(LogLines::last).hasSize(1);
  }

  @Test
  void aLogOfAnAgentThatFailsEndsWithTheReason() throws IOException {
    log("one\n");
    LogSender failing =
        sender(piece -> {
          if (piece.text().equals("one\n")) {
            throw new IllegalStateException("a bug");
          }
          return true;
        });
    failing.serve(new LogsWanted("r", null, 10, true));
    assertThat(sent.getLast().last()).isTrue();
    assertThat(sent.getLast().text()).startsWith("the agent failed while it read this log");
  }

  @Test
  void aServerThatCannotBeToldAnythingIsNoEndOfTheAgent() throws IOException {
    log("one\n");
    LogSender failing =
        sender(_ -> {
          throw new IllegalStateException("a bug");
        });
    failing.serve(new LogsWanted("r", null, 10, true));
    assertThat(sent).hasSize(2);
    assertThat(sent.getLast().last()).isTrue();
  }

  @Test
  void aLogThatNobodyReadsAnyMoreIsSentNoFurther() throws IOException {
    log("one\n");
    sender(_ -> false).serve(new LogsWanted("r", null, 10, true));
    assertThat(sent).hasSize(1);
  }

  private LogSender sender(Predicate<LogLines> wanted) {
    return new LogSender(
        directory,
        piece -> {
          sent.add(piece);
          return wanted.test(piece);
        },
        new JumpingClock(),
        new Masks());
  }

  private void log(String text) throws IOException {
    GenerationFiles files = new GenerationFiles(directory, 1);
    files.create(
        Generation.intended(
            1,
            "grep",
            new Generation.Origin("000001-aaaaaaaaaaaa", new CommitId("a".repeat(40)), "x"),
            "boot",
            Instant.EPOCH,
            false,
            RunnerName.PROCESS));
    Files.writeString(files.log(), text);
  }

  /** Each wait takes an hour. */
  private static final class JumpingClock implements HostClock {
    private long hours;

    @Override
    public Instant now() {
      return Instant.EPOCH.plus(Duration.ofHours(hours));
    }

    @Override
    public long nanos() {
      return Duration.ofHours(hours).toNanos();
    }

    @Override
    public boolean await(Signal signal, long seen, Duration atMost) {
      hours++;
      return false;
    }
  }
}
