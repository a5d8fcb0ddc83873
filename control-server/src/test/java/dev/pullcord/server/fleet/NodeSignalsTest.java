package dev.pullcord.server.fleet;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.Said;
import dev.pullcord.server.store.ReportTable;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSignalsTest {
  private static final Instant T = Instant.parse("2026-01-01T12:00:00Z");

  private static ReportTable.Latest latest(long epoch, long n, Instant at) {
    NodeReport report = report(epoch, n);
    return new ReportTable.Latest(1, report.number(), at, 1, report.status());
  }

  private static NodeReport report(long epoch, long n) {
    DesiredState decision =
        new DesiredState(
            1,
            new NodeName("a"),
            "fleet",
            "main",
            commit(1),
            1L,
            null,
            0,
            T,
            Map.of(),
            Orders.NONE);
    return Said.on(decision)
        .number(epoch, n)
        .underWay(StepRecord.Kind.CHECK, "check", 1000, "")
        .next();
  }

  private static UnderWay step() {
    return Objects.requireNonNull(report(1, 1).underWay());
  }

  private static @Nullable Instant at(@Nullable Integer seconds) {
    return seconds == null ? null : T.plusSeconds(seconds);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // seen, reported, heard of last
        "-,  -,  -",
        "5,  -,  5",
        "-,  7,  7",
        "5,  7,  7",
        "9,  7,  9",
      })
  void aStoredReportIsContactTooAndTheLaterOfBothCounts(
      @Nullable Integer seen, @Nullable Integer reported, @Nullable Integer last) {
    Instant said = at(reported);
    NodeSignals signals = NodeSignals.stored(at(seen), said == null ? null : latest(1, 1, said));
    assertThat(signals.lastSeen()).isEqualTo(at(last));
  }

  @ParameterizedTest
  @CsvSource({
    // epoch, number of what comes after (2, 5); whether it is taken
    "2, 6, true",
    "3, 1, true",
    "2, 5, false",
    "2, 4, false",
    "1, 9, false",
  })
  void onlySomethingNewerReplacesWhatWasSaid(long epoch, long n, boolean taken) {
    ReportTable.Latest before = latest(2, 5, T);
    ReportTable.Latest next = latest(epoch, n, T.plusSeconds(3));
    NodeSignals signals = NodeSignals.NONE.saying(before, null).saying(next, null);
    assertThat(signals.said()).isEqualTo(taken ? next : before);
    assertThat(signals.lastSeen()).as("contact all the same").isEqualTo(T.plusSeconds(3));
  }

  @Test
  void aNewStartHasNoStepUnderWayThatItHasNotSaid() {
    NodeSignals busy = NodeSignals.NONE.saying(latest(1, 1, T), step());
    assertThat(busy.underWayAt(T)).isNotNull();
    assertThat(busy.started(T.plusSeconds(1)).underWayAt(T.plusSeconds(1))).isNull();
    assertThat(busy.started(T.plusSeconds(1)).said()).isEqualTo(busy.said());
  }

  @Test
  void aStepUnderWayGrowsOlderByTheServersClockAndNeverYounger() {
    NodeSignals busy = NodeSignals.NONE.saying(latest(1, 1, T), step());
    assertThat(Objects.requireNonNull(busy.underWayAt(T.plusSeconds(9))).forMillis())
        .isEqualTo(step().forMillis() + 9000);
    assertThat(Objects.requireNonNull(busy.underWayAt(T.minusSeconds(9))).forMillis())
        .isEqualTo(step().forMillis());
  }

  @ParameterizedTest
  @CsvSource({
    // seconds since it was last seen and since the server's start; whether contact is lost
    "24, 100, false",
    "25, 100, true",
    "99, 24, false",
    "99, 25, true",
  })
  void silenceCountsFromTheLastContactOrTheServersStart(int silent, int running, boolean lost) {
    NodeSignals signals = NodeSignals.NONE.seen(T.minusSeconds(silent));
    NodeSignals now = signals.silent(T.minusSeconds(running), T);
    assertThat(now.lostSince()).isEqualTo(lost ? T.minusSeconds(silent) : null);
  }

  @Test
  void whoWasNeverHeardOfHasNoContactToLose() {
    assertThat(NodeSignals.NONE.silent(T.minusSeconds(900), T)).isEqualTo(NodeSignals.NONE);
  }

  @Test
  void aRequestThatWasUnderWayWhileTheStreamBrokeDoesNotBringContactBack() {
    NodeSignals lost = NodeSignals.NONE.seen(T).lost(T.plusSeconds(10));
    assertThat(lost.seen(T.plusSeconds(11)).lostSince()).isEqualTo(T.plusSeconds(10));
    assertThat(lost.seen(T.plusSeconds(12)).lostSince()).isNull();
    assertThat(lost.saying(latest(1, 1, T.plusSeconds(11)), null).lostSince())
        .as("a report is more than a request")
        .isNull();
  }
}
