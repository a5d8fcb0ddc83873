package dev.pullcord.base.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BugReportTest {
  private static final IllegalStateException BUG = new IllegalStateException("two\nlines");

  @Test
  void aPersonGetsOneLineAndAFileWithTheTrace() throws IOException {
    String line = BugReport.text("pullcord-agent", BUG, false);

    String said =
        "this is a bug in pullcord-agent: java.lang.IllegalStateException: two lines;"
            + " details are in ";
    assertThat(line).startsWith(said).hasLineCount(1);
    Path file = Path.of(line.substring(said.length()));
    assertThat(file).content().contains("\tat dev.pullcord.base.host.BugReportTest.");
    Files.delete(file);
  }

  @Test
  void theJournalGetsTheTraceSinceTheUnitsTemporaryFilesEndWithIt() {
    assertThat(BugReport.text("pullcord-server", BUG, true))
        .startsWith(
            "this is a bug in pullcord-server: java.lang.IllegalStateException: two lines;"
                + " details follow\n")
        .contains("\tat dev.pullcord.base.host.BugReportTest.");
  }

  @Test
  void theJournalIsKnownByItsStreamAndNotByAVariableThatChildrenHaveToo() throws IOException {
    Path stream = Files.createTempFile("stream", "");
    String its =
        Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino");

    assertThat(BugReport.isJournal(its, stream)).isTrue();
    assertThat(BugReport.isJournal("8:1", stream)).isFalse();
    assertThat(BugReport.isJournal(null, stream)).isFalse();
    Files.delete(stream);
    assertThat(BugReport.isJournal(its, stream)).isFalse();
  }
}
