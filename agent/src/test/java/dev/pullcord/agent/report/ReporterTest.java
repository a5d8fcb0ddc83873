package dev.pullcord.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.ReportMessages.Batch;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReporterTest {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));

  @TempDir private Path directory;
  private final FakeServer server = FakeServer.start();
  private final NodeKey key = NodeKey.generate();
  private AgentHttp http;
  private Reporter reporter;

  @BeforeEach
  void make() {
    server.knows(key, "edge-1");
    http = new AgentHttp(server.address(), key, HostClock.system());
    reporter = open();
  }

  @AfterEach
  void close() {
    reporter.close();
    http.close();
    server.close();
  }

  private Reporter open() {
    Reporter opened =
        new Reporter(
            directory, http, HostClock.system(), new Backoff(new SplittableRandom(1)), time -> {});
    opened.start();
    return opened;
  }

  private void record(String reason) {
    reporter.record(1, null, ReportSpoolTest.status(reason), List.of());
  }

  private List<String> arrived() {
    return server.reports().stream().map(NodeReport::status).map(s -> s.reason()).toList();
  }

  private void empties() {
    SOON.isTrue("the spool is empty", () -> reporter.spooled() == 0);
  }

  @Test
  void sendsAReportAtOnce() {
    reporter.online(1);
    record("one");

    empties();
    assertThat(arrived()).containsExactly("one");
  }

  @Test
  void sendsNothingBeforeThereIsASession() {
    record("one");

    assertThat(reporter.spooled()).isEqualTo(1);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void deliversWhatItSpooledWhileTheServerWasAwayOnceAndInOrder() {
    reporter.online(1);
    server.goAway();
    for (int i = 0; i < 120; i++) {
      record("r" + i);
    }

    server.comeBack();
    reporter.online(1);

    empties();
    assertThat(arrived()).hasSize(120);
    assertThat(arrived().getFirst()).isEqualTo("r0");
    assertThat(arrived().getLast()).isEqualTo("r119");
  }

  @Test
  void changesNothingByAReplayWhenTheAcknowledgementWasLost() {
    server.loseAcknowledgements(2);
    reporter.online(1);
    record("one");

    empties();
    assertThat(arrived()).containsExactly("one");
    assertThat(server.requests("POST /agent/v1/reports")).isGreaterThanOrEqualTo(2);
  }

  @Test
  void changesNothingByAReplayAfterARestartInANewEpoch() throws IOException {
    server.loseAcknowledgements(1_000_000);
    reporter.online(1);
    record("one");
    SOON.isTrue("stored", () -> arrived().size() == 1);
    reporter.close();
    server.loseAcknowledgements(0);

    reporter = open();
    reporter.online(2);
    record("two");

    empties();
    assertThat(arrived()).containsExactly("one", "two");
    assertThat(server.reports()).extracting(r -> r.number().epoch()).containsExactly(1L, 2L);
  }

  @Test
  void dropsTheOneReportThatTheServerWillNeverTake() {
    server.answer(
        "/agent/v1/reports",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          if (new String(body, StandardCharsets.UTF_8).contains("poison")) {
            FakeServer.problem(exchange, 422, "REPORT_BAD");
          } else {
            Batch batch = PullcordJson.wire().readValue(body, Batch.class);
            FakeServer.json(
                exchange,
                new dev.pullcord.protocol.report.ReportMessages.Stored(
                    batch.reports().getLast().number(), java.time.Instant.EPOCH));
          }
        });
    record("good");
    record("poison");
    record("good too");
    reporter.online(1);

    empties();
  }

  @Test
  void saysWhatKeepsTheServerFromTakingReportsWhileItsStreamIsOpen() {
    server.answer("/agent/v1/reports", exchange -> FakeServer.problem(exchange, 507, "STORE_FULL"));
    reporter.online(1);
    record("one");

    SOON.until("the problem", () -> "" + reporter.problem(), said -> said.contains("STORE_FULL"));
    assertThat(reporter.spooled()).isEqualTo(1);

    server.answerAsUsual("/agent/v1/reports");
    empties();
    SOON.isTrue("no problem any more", () -> reporter.problem() == null);
  }

  @Test
  void aNewestReportThatIsRefusedForGoodIsAProblemUntilAnotherIsTaken() {
    server.answer("/agent/v1/reports", exchange -> FakeServer.problem(exchange, 422, "REPORT_BAD"));
    reporter.online(1);
    record("poison");

    SOON.until(
        "the problem",
        () -> "" + reporter.problem(),
        said -> said.contains("did not take the newest of the reports: REPORT_BAD"));

    server.answerAsUsual("/agent/v1/reports");
    record("good");
    SOON.isTrue("no problem any more", () -> reporter.problem() == null);
  }

  private static Reports.Progress checking(String output) {
    UnderWay step =
        new UnderWay(
            1,
            2,
            new CommitId("11".repeat(20)),
            StepRecord.Kind.CHECK,
            "bin/check",
            Instant.EPOCH,
            600,
            output,
            List.of());
    return new Reports.Progress(1, 7L, ReportSpoolTest.status("checking"), step);
  }

  private List<String> told() {
    return server.reports().stream()
        .map(NodeReport::underWay)
        .filter(Objects::nonNull)
        .map(UnderWay::output)
        .toList();
  }

  @Test
  void tellsWhatIsUnderWayWhileItLastsAndKeepsNothingOfIt() {
    AtomicReference<Optional<Reports.Progress>> now =
        new AtomicReference<>(Optional.of(checking("one")));
    reporter.online(1);
    record("begins");
    empties();

    reporter.began(now::get);
    SOON.isTrue("told", () -> told().equals(List.of("one")));
    now.set(Optional.of(checking("one\ntwo")));
    SOON.isTrue("told again", () -> told().equals(List.of("one", "one\ntwo")));

    now.set(Optional.empty());
    record("ended");
    empties();
    assertThat(arrived()).containsExactly("begins", "checking", "checking", "ended");
    assertThat(server.reports()).extracting(NodeReport::number).isSorted();
  }

  @Test
  void keepsNothingOfWhatIsUnderWayWhileTheServerIsAway() {
    reporter.online(1);
    record("begins");
    empties();
    server.goAway();

    AtomicInteger asked = new AtomicInteger();
    reporter.began(() -> {
      asked.incrementAndGet();
      return Optional.of(checking("lost"));
    });
    SOON.isTrue("tried", () -> asked.get() > 0);

    assertThat(reporter.spooled()).isZero();
    record("ended");
    server.comeBack();
    reporter.online(1);
    empties();
    assertThat(arrived()).contains("begins", "ended");
  }

  @Test
  void keepsReportsOfANodeThatWasRemoved() {
    reporter.online(1);
    server.remove(key);
    record("one");

    SOON.isTrue("tried", () -> server.requests("POST /agent/v1/reports") > 0);
    assertThat(reporter.spooled()).isEqualTo(1);
  }

  @Test
  void saysItsStateAgainToAServerThatOpenedAnotherSession() {
    reporter.online(1);
    record("one");
    empties();

    reporter.online(1);
    reporter.online(2);

    SOON.isTrue("said again", () -> arrived().equals(List.of("one", "one")));
    assertThat(server.reports()).extracting(r -> r.number().epoch()).containsExactly(1L, 2L);
  }

  @Test
  void reportsWithoutADiskToKeepThemOn() throws IOException {
    reporter.close();
    Files.writeString(directory.resolve("file"), "");
    reporter =
        new Reporter(
            directory.resolve("file/spool"),
            http,
            HostClock.system(),
            new Backoff(new SplittableRandom(1)),
            time -> {});
    reporter.start();

    record("one");
    reporter.online(1);
    record("two");

    empties();
    assertThat(arrived()).containsExactly("one", "two");
  }
}
