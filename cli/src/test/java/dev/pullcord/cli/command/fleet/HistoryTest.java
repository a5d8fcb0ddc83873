package dev.pullcord.cli.command.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class HistoryTest {
  private static final CommitId COMMIT = new CommitId("3f2a91c0d1e2f30415263748596a7b8c9d0e1f2a");
  private static final Instant FROM = FakeFleet.NOW.minusSeconds(7200);

  @TempDir Path home;
  private FakeServer server;
  private Machine machine;

  @BeforeEach
  void oneRun() throws IOException {
    server = new FakeServer();
    machine = Machine.signedIn(home, server);
    server.fleet().set("grep-1", NodeState.CONVERGED, "");
    server.history(history(List.of(run())));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static HistoryView history(List<HistoryView.Run> runs) {
    return new HistoryView(new NodeName("grep-1"), null, FROM, runs);
  }

  private static HistoryView.Run run() {
    return new HistoryView.Run(
        FROM,
        FakeFleet.NOW.minusSeconds(3600),
        COMMIT,
        "main",
        List.of(new HistoryView.Worker("grep", 7, COMMIT, FROM)),
        new HistoryView.Decision("push", "ann", "Look for more", FROM, "main", COMMIT, 12L, null),
        List.of(
            new HistoryView.Pass(
                31,
                COMMIT,
                FROM.minusSeconds(12),
                FROM,
                StepRecord.Outcome.OK,
                List.of(
                    new StepRecord(
                        31,
                        0,
                        COMMIT,
                        StepRecord.Kind.STAGE,
                        "",
                        StepRecord.Outcome.OK,
                        FROM.minusSeconds(12),
                        12_000,
                        null,
                        "")))));
  }

  @Test
  void aTimeAgoIsByTheServersClock() {
    server.clockShows(FakeFleet.NOW.plus(Duration.ofHours(3)));

    assertThat(machine.run("history", "grep-1", "--at", "90m")).isZero();

    assertThat(server.requests().getLast())
        .isEqualTo("GET /api/v1/nodes/grep-1/history?at=2026-01-01T13%3A30%3A00Z&limit=20");
  }

  @Test
  void aLineForEachRunNewestFirst() {
    assertThat(machine.run("history", "grep-1")).isZero();

    assertThat(machine.out().lines().toList().getFirst()).matches("FROM +FOR +COMMIT +REF +BY");
    assertThat(machine.out())
        .contains("1h", "3f2a91c", "main", "push by ann, deployment 12: Look for more");
    assertThat(server.requests().getLast()).isEqualTo("GET /api/v1/nodes/grep-1/history?limit=20");
  }

  @Test
  void aMomentIsShownWithWorkersAndPasses() {
    assertThat(machine.run("history", "grep-1", "--at", "90m")).isZero();

    assertThat(machine.out())
        .contains("grep-1  at ")
        .contains("ran      3f2a91c of main")
        .contains("by       push by ann, deployment 12: Look for more")
        .contains("worker   grep  generation 7 of 3f2a91c")
        .contains("pass     31  ")
        .contains("ok: stage (12s)");
    assertThat(server.requests().getLast())
        .isEqualTo("GET /api/v1/nodes/grep-1/history?at=2026-01-01T10%3A30%3A00Z&limit=20");
  }

  @Test
  void jsonIsTheServers() throws IOException {
    assertThat(machine.run("history", "grep-1", "-o", "json")).isZero();

    assertThat(PullcordJson.read(machine.out(), HistoryView.class))
        .isEqualTo(history(List.of(run())));
  }

  @Test
  void whatIsNotKnownIsSaidWithSinceWhen() {
    server.history(history(List.of()));

    assertThat(machine.run("history", "grep-1", "--at", "2020-01-01")).isZero();

    assertThat(machine.out()).startsWith("what grep-1 ran is known since ");
  }

  @Test
  void aTimeThatIsNoneIsWrongUsage() {
    assertThat(machine.run("history", "grep-1", "--at", "noonish")).isEqualTo(2);

    assertThat(machine.err()).contains("--at \"noonish\": no time; 03:12, yesterday 03:12");
    assertThat(server.requests()).isEmpty();
  }
}
