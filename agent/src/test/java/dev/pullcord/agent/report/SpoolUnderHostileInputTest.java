package dev.pullcord.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.testkit.hostile.HostileInputs;
import dev.pullcord.testkit.hostile.ParserTrial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged file in the spool costs one report and keeps no other one back. */
class SpoolUnderHostileInputTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;

  @Test
  void aDamagedReportIsDroppedAndTheNextOneIsSent() throws Exception {
    String right =
        PullcordJson.write(
            new SpooledReport(1, 1, AT, 7, 3L, ReportSpoolTest.status("well"), List.of()));
    HostileInputs inputs = new HostileInputs(3, List.of(right.getBytes(StandardCharsets.UTF_8)));
    Path spool = directory.resolve("spool");
    new ReportSpool(spool, ReportSpool.Limits.DEFAULT).epoch(1);
    Path damaged = spool.resolve("%019d.json".formatted(1));
    Path next = spool.resolve("%019d.json".formatted(2));
    List<String> harm =
        new ParserTrial(Set.of())
            .run(
                inputs,
                ParserTrial.inputs(),
                input -> {
                  Files.write(damaged, input);
                  Files.writeString(next, right.replace("\"n\":1", "\"n\":2"));
                  ReportSpool read = new ReportSpool(spool, ReportSpool.Limits.DEFAULT);
                  List<SpooledReport> sent = read.oldest(10, 1 << 20);
                  assertThat(sent).isNotEmpty();
                  sent.forEach(report -> PullcordJson.write(report.numbered()));
                });
    assertThat(harm).isEmpty();
  }

  @Test
  void damagedNumbersAreWrittenAnew() throws Exception {
    String right = PullcordJson.write(new ReportSpool.Numbers(4, 2000));
    HostileInputs inputs = new HostileInputs(4, List.of(right.getBytes(StandardCharsets.UTF_8)));
    Path spool = Files.createDirectories(directory.resolve("spool"));
    Path numbers = spool.resolve("numbers");
    List<String> harm =
        new ParserTrial(Set.of())
            .run(
                inputs,
                ParserTrial.inputs(),
                input -> {
                  Files.write(numbers, input);
                  assertThat(new ReportSpool(spool, ReportSpool.Limits.DEFAULT).size()).isZero();
                });
    assertThat(harm).isEmpty();
  }
}
