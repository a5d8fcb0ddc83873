package dev.pullcord.server.report;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.FullAtTimes;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.contact.Talk;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportIntakeTest {
  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a", "b");
    fleet.start("a", "b");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private Said said(long epoch, long n) {
    return Said.by(fleet, "a").number(epoch, n);
  }

  private Refusal refused(NodeReport... reports) {
    return catchThrowableOfType(Refusal.class, () -> fleet.report("a", reports));
  }

  private List<ReportNumber> stored() {
    return fleet.store.read(t -> t.reports().numbers(fleet.record("a").id()));
  }

  @Test
  void whenNodesWereHeardOfIsWrittenLaterWhereTheStoreTakesNothingNow() {
    FullAtTimes full = new FullAtTimes(fleet.store);
    Heartbeats heartbeats = new Heartbeats(full, fleet.model);
    heartbeats.flush();
    fleet.advance(Duration.ofSeconds(20));
    heartbeats.touch(fleet.record("a").id());
    full.full = true;
    assertThatThrownBy(heartbeats::flush).isInstanceOf(StoreException.class);

    full.full = false;
    heartbeats.flush();

    assertThat(fleet.restarted().record("a").lastSeen()).isEqualTo(fleet.clock.instant());
  }

  @Test
  void eachStartOfAnAgentHasAnEpochOfItsOwn() {
    ReportMessages.SessionRequest request = new ReportMessages.SessionRequest("1.1", "boot", 0);
    assertThat(fleet.intake.session(fleet.record("a"), request, Talk.NOTHING).epoch()).isEqualTo(2);
    assertThat(fleet.intake.session(fleet.record("a"), request, Talk.NOTHING).epoch()).isEqualTo(3);
    assertThat(fleet.intake.session(fleet.record("b"), request, Talk.NOTHING).epoch()).isEqualTo(2);

    fleet = fleet.restarted();

    ReportMessages.Session session = fleet.intake.session(fleet.record("a"), request, Talk.NOTHING);
    assertThat(session.epoch()).isEqualTo(4);
    assertThat(session.revision()).isEqualTo(fleet.desired("a").revision());
    assertThat(session.serverTime()).isEqualTo(fleet.clock.instant());
  }

  @Test
  void whatIsAnsweredIsOnDisk() {
    ReportMessages.Stored answer = fleet.report("a", said(1, 1).next(), said(1, 2).next());

    assertThat(answer.stored()).isEqualTo(new ReportNumber(1, 2));
    fleet = fleet.restarted();
    assertThat(stored()).containsExactly(new ReportNumber(1, 1), new ReportNumber(1, 2));
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void replayChangesNothing() {
    long id = fleet.deployment("a");
    NodeReport report =
        said(1, 1).step(StepRecord.Kind.CHECK, StepRecord.Outcome.OK, "once").next();
    fleet.report("a", report);
    fleet.report("a", report);

    assertThat(fleet.report("a", report).stored()).isEqualTo(new ReportNumber(1, 1));
    assertThat(fleet.views.transcript(id, new NodeName("a")).orElseThrow().steps()).hasSize(1);
  }

  @Test
  void whatIsUnderWayIsShownAndNeverOnDisk() {
    long id = fleet.deployment("a");
    fleet.report("a", said(1, 1).state(NodeState.APPLYING, "staging").next());

    fleet.report("a", checking(1, 2, "half\n").state(NodeState.APPLYING, "checking").next());
    fleet.clock.advance(Duration.ofSeconds(2));

    UnderWay step = underWay(id);
    assertThat(step.subject()).isEqualTo("bin/check");
    assertThat(step.output()).isEqualTo("half\n");
    assertThat(step.forMillis()).as("as of now").isEqualTo(3500);
    assertThat(step.done()).extracting(StepRecord::output).containsExactly("staged");
    assertThat(fleet.view("a").reason()).isEqualTo("checking");
    assertThat(stored()).containsExactly(new ReportNumber(1, 1));
    fleet = fleet.restarted();
    assertThat(fleet.view("a").reason()).isEqualTo("staging");
    assertThat(fleet.views.underWay(new NodeName("a"))).isEmpty();
  }

  @Test
  void whatIsUnderWayEndsWithTheNextReportAndNeverComesBackLate() {
    long id = fleet.deployment("a");
    fleet.report("a", checking(1, 2, "half\n").next());
    assertThat(underWay(id).output()).isEqualTo("half\n");

    fleet.report("a", said(1, 4).step(StepRecord.Kind.STAGE, StepRecord.Outcome.OK, "").next());
    fleet.report("a", checking(1, 3, "late\n").next());

    assertThat(fleet.views.underWay(new NodeName("a"))).isEmpty();
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
    fleet.report("a", checking(1, 5, "more\n").next());
    fleet.start("a");
    assertThat(fleet.views.underWay(new NodeName("a"))).as("a new agent").isEmpty();
  }

  @Test
  void nobodyConvergesByWhatIsUnderWay() {
    fleet.report("a", checking(1, 2, "").state(NodeState.CONVERGED, "runs it").next());

    assertThat(stored()).containsExactly(new ReportNumber(1, 2));
  }

  @Test
  void whatIsUnderWayIsCutToItsBounds() {
    long id = fleet.deployment("a");
    Said said = said(1, 1);
    for (int i = 0; i < 30; i++) {
      said.step(StepRecord.Kind.CHECK, StepRecord.Outcome.OK, "é".repeat(9000));
    }

    fleet.report(
        "a", said.underWay(StepRecord.Kind.CHECK, "x".repeat(4000), 1, "é".repeat(9000)).next());

    UnderWay step = underWay(id);
    assertThat(step.subject()).hasSizeLessThan(600);
    assertThat(step.output()).hasSize(4096);
    assertThat(step.done()).hasSize(20).allMatch(s -> s.output().length() == 4096);
  }

  private Said checking(long epoch, long n, String output) {
    return said(epoch, n)
        .step(StepRecord.Kind.STAGE, StepRecord.Outcome.OK, "staged")
        .underWay(StepRecord.Kind.CHECK, "bin/check", 1500, output);
  }

  private UnderWay underWay(long deployment) {
    UnderWay step = fleet.views.underWay(new NodeName("a")).orElseThrow();
    assertThat(fleet.views.transcript(deployment, new NodeName("a")).orElseThrow().underWay())
        .isEqualTo(step);
    return step;
  }

  @Test
  void newestNumberAloneSetsTheState() {
    fleet.start("a");
    fleet.report("a", said(2, 1).state(NodeState.FAILED, "new").next());

    fleet.report("a", said(1, 9).next());

    assertThat(fleet.state("a")).isEqualTo(NodeState.FAILED);
    assertThat(stored()).containsExactly(new ReportNumber(1, 9), new ReportNumber(2, 1));
  }

  @Test
  void anyOrderEndsInTheSameStateWithAllTheHistory() {
    long deployment = fleet.deployment("a");
    for (long seed = 1; seed <= 5; seed++) {
      fleet.start("a");
      long epoch = fleet.record("a").row().agent().epoch();
      List<NodeReport> reports = new ArrayList<>();
      for (int n = 1; n <= 8; n++) {
        NodeState state = n == 8 ? NodeState.ROLLED_BACK : NodeState.APPLYING;
        reports.add(
            said(epoch, n)
                .state(state, "n " + n)
                .step(StepRecord.Kind.CHECK, StepRecord.Outcome.OK, epoch + "." + n)
                .next());
      }
      reports.addAll(List.copyOf(reports));
      Collections.shuffle(reports, new Random(seed));
      reports.forEach(r -> fleet.report("a", r));
      assertThat(fleet.view("a").reason()).as("seed " + seed).isEqualTo("n 8");
    }
    assertThat(fleet.views.transcript(deployment, new NodeName("a")).orElseThrow().steps())
        .hasSize(40)
        .extracting(StepRecord::output)
        .isSorted();
  }

  @Test
  void whatTheBodySaysOfItsSenderDoesNotCount() {
    NodeReport asB = Said.by(fleet, "b").state(NodeState.FAILED, "not mine").next();

    fleet.intake.store(fleet.record("a"), new ReportMessages.Batch(List.of(asB)));

    assertThat(fleet.state("a")).isEqualTo(NodeState.FAILED);
    assertThat(fleet.state("b")).isEqualTo(NodeState.WAITING);
  }

  @Test
  void batchOutOfBoundsIsRefused() {
    assertThat(refused().code()).isEqualTo("BATCH_SIZE");
    NodeReport[] many = new NodeReport[51];
    java.util.Arrays.setAll(many, i -> said(1, i + 1).next());
    assertThat(refused(many).code()).isEqualTo("BATCH_SIZE");
    assertThat(stored()).isEmpty();
  }

  @Test
  void epochsOfBeforeARestoreAreTakenAndNeverIssuedAgain() {
    fleet.report("a", said(7, 1).state(NodeState.FAILED, "x").next());

    assertThat(fleet.state("a")).isEqualTo(NodeState.FAILED);
    fleet.start("a");
    assertThat(fleet.record("a").row().agent().epoch()).isEqualTo(8);
  }

  @Test
  void epochOutOfAllReasonRefusesTheWholeBatch() {
    Refusal refusal = refused(said(1, 1).next(), said(Long.MAX_VALUE, 1).next());
    assertThat(refusal.code()).isEqualTo("EPOCH_UNKNOWN");
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID);
    assertThat(stored()).isEmpty();
  }

  @Test
  void statusThatIsTooLargeIsRefused() {
    Refusal refusal = refused(said(1, 1).state(NodeState.FAILED, "x".repeat(300_000)).next());
    assertThat(refusal.code()).isEqualTo("STATUS_TOO_LARGE");
  }

  @Test
  void whatANodeCutsOfAStatusThatIsTooLargeIsTaken() {
    NodeReport large = said(1, 1).state(NodeState.FAILED, "x".repeat(300_000)).next();

    fleet.report(
        "a",
        new NodeReport(
            large.number(),
            large.at(),
            large.revision(),
            large.deployment(),
            large.status().fitting(),
            large.steps(),
            null));

    assertThat(fleet.state("a")).isEqualTo(NodeState.FAILED);
  }

  @Test
  void reportOfANodeThatWasRemovedMeanwhileIsRefused() {
    var record = fleet.record("a");
    NodeReport report = said(1, 1).next();
    fleet.operations.nodes().remove(TestFleet.ADA, new NodeName("a"));

    Refusal refusal =
        catchThrowableOfType(
            Refusal.class,
            () -> fleet.intake.store(record, new ReportMessages.Batch(List.of(report))));

    assertThat(refusal.code()).isEqualTo("NODE_REMOVED");
  }

  @Test
  void longOutputKeepsItsEndAndWholeCharacters() {
    long id = fleet.deployment("a");
    String output = "é".repeat(40_000) + "the cause";
    fleet.report("a", said(1, 1).step(StepRecord.Kind.CHECK, StepRecord.Outcome.OK, output).next());

    String kept =
        fleet.views.transcript(id, new NodeName("a")).orElseThrow().steps().getFirst().output();

    assertThat(kept.getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
        .isBetween(StepRecord.OUTPUT_LIMIT_BYTES - 1, StepRecord.OUTPUT_LIMIT_BYTES);
    assertThat(kept).endsWith("ééthe cause").doesNotContain("\ufffd");
  }

  @Test
  void heartbeatIsKeptOverARestartOnceItIsFlushed() {
    fleet.clock.advance(Duration.ofSeconds(20));
    fleet.heartbeats.touch(fleet.record("a").id());
    fleet.heartbeats.flush();
    var seen = fleet.clock.instant();

    fleet = fleet.restarted();

    assertThat(fleet.view("a").lastSeen()).isEqualTo(seen);
    assertThat(fleet.view("a").targetCommit()).isEqualTo(commit(1));
  }
}
