package dev.pullcord.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranscriptsTest {
  private static final int TOGETHER_MAX = 4000;

  @TempDir Path temp;

  private Transcripts transcripts() {
    return new Transcripts(temp, TOGETHER_MAX);
  }

  private void step(long pass, String output) {
    transcripts()
        .add(
            new StepRecord(
                pass,
                1,
                new CommitId("a".repeat(40)),
                StepRecord.Kind.CHECK,
                "bin/check",
                StepRecord.Outcome.OK,
                Instant.EPOCH,
                1,
                0,
                output));
  }

  @Test
  void ofManyLongPassesTheOldestAreLeftOut() {
    for (int pass = 1; pass <= 50; pass++) {
      step(pass, "x".repeat(1000));
    }

    assertThat(transcripts().last(50)).extracting(StepRecord::pass).containsExactly(48L, 49L, 50L);
    assertThat(transcripts().last(2)).extracting(StepRecord::pass).containsExactly(49L, 50L);
  }

  @Test
  void theLastPassIsThereHoweverLongItIs() {
    step(1, "short");
    step(2, "x".repeat(TOGETHER_MAX));

    assertThat(transcripts().last(50)).extracting(StepRecord::pass).containsExactly(2L);
  }

  @Test
  void aLineThatIsDamagedHidesNoOther() throws IOException {
    step(1, "one");
    Files.write(
        temp.resolve("0000000001"), new byte[] {'{', (byte) 0xff, '\n'}, StandardOpenOption.APPEND);
    step(1, "two");
    step(2, "three");

    assertThat(transcripts().last(50))
        .extracting(StepRecord::output)
        .containsExactly("one", "two", "three");
  }

  @Test
  void whatIsNoFileInAPlaceOfATranscriptIsPassedOver() throws Exception {
    step(1, "one");
    Files.createDirectories(temp.resolve("0000000002"));
    String pipe = temp.resolve("0000000003").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();

    step(2, "two");
    step(3, "three");
    step(4, "four");

    assertThat(transcripts().last(50))
        .extracting(StepRecord::output)
        .containsExactly("one", "four");
    assertThat(transcripts().highest()).isEqualTo(4);
  }
}
