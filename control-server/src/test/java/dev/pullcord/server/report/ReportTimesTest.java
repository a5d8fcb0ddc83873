package dev.pullcord.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.protocol.unit.SpokenTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tried on the sample of the wire, which has each part once: a new time cannot be forgotten. */
class ReportTimesTest {
  private static final Path SAMPLE =
      Path.of(System.getProperty("pullcord.root"))
          .resolve("protocol/src/test/resources/golden/report-batch.json");

  @Test
  void everyTimeOfAReportIsMovedExceptWhatTheServerItselfHadSaid() throws IOException {
    List<NodeReport> reports =
        PullcordJson.read(Files.readString(SAMPLE), ReportMessages.Batch.class).reports();
    Duration day = Duration.ofDays(1);

    for (NodeReport report : reports) {
      NodeReport moved = new ReportTimes(its -> its.minus(day), true).of(report);

      String all = SpokenTimes.of(PullcordJson.write(report)).moved(its -> its.minus(day));
      String pin = report.status().pin() == null ? "" : PullcordJson.write(report.status().pin());
      String movedPin = SpokenTimes.of(pin).moved(its -> its.minus(day));
      assertThat(PullcordJson.write(moved)).isEqualTo(all.replace(movedPin, pin));
    }
  }

  @Test
  void noTimeOfAReportIsOneThatNobodyCanCountOrShow() throws IOException {
    String sample = Files.readString(SAMPLE);
    for (String never : List.of("+1000000000-12-31T23:59:59Z", "-1000000000-01-01T00:00:00Z")) {
      String json = sample.replaceAll("\"\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z\"", "\"" + never + "\"");
      List<NodeReport> reports = PullcordJson.read(json, ReportMessages.Batch.class).reports();
      for (NodeReport report : reports) {
        assertThat(PullcordJson.write(report)).contains(never);
        NodeReport bounded = new ReportTimes(its -> its.minusSeconds(3), false).of(report);
        assertThat(PullcordJson.write(bounded)).doesNotContain("1000000000-");
      }
    }
  }
}
