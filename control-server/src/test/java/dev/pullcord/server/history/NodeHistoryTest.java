package dev.pullcord.server.history;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.store.HistoryTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ran on a node at a moment, by which decision, over a real store. */
class NodeHistoryTest {
  private static final NodeName NODE = new NodeName("a");
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;
  private TestFleet fleet;
  private Instant began;

  @BeforeEach
  void aNodeThatRunsTheFirstCommit() {
    fleet = new TestFleet(directory);
    began = fleet.clock.instant();
    push(1);
    fleet.join("a");
    fleet.start("a");
    fleet.converge("a");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private void push(int n) {
    fleet.commits.push("main", n);
    fleet.deployments.reconcile();
  }

  private HistoryView.Run at(Instant moment) {
    List<HistoryView.Run> runs = fleet.views.history(NODE, moment, 1).orElseThrow().runs();
    assertThat(runs).hasSize(1);
    return runs.getFirst();
  }

  private Instant hour(int n) {
    return began.plus(HOUR.multipliedBy(n));
  }

  private static HistoryView.Decision decision(HistoryView.Run run) {
    return Objects.requireNonNull(run.decision());
  }

  private List<HistoryTable.StoredNote> rows(long node) {
    return fleet.store.read(t -> t.history().all(node));
  }

  @Test
  void aMomentIsInTheRunThatHadBegun() {
    fleet.advance(HOUR);
    push(2);
    fleet.converge("a");

    HistoryView.Run first = at(began.plusSeconds(60));
    assertThat(first.commit()).isEqualTo(commit(1));
    assertThat(first.ref()).isEqualTo("main");
    assertThat(first.from()).isEqualTo(began);
    assertThat(first.until()).isEqualTo(hour(1));
    assertThat(at(hour(1)).commit()).isEqualTo(commit(2));
    assertThat(at(hour(1).minusMillis(1)).commit()).isEqualTo(commit(1));
    assertThat(at(hour(1)).until()).isNull();
  }

  @Test
  void ofBeforeTheFirstRunNothingIsKnownButSinceWhen() {
    HistoryView view = fleet.views.history(NODE, began.minusSeconds(1), 1).orElseThrow();

    assertThat(view.runs()).isEmpty();
    assertThat(view.earliest()).isEqualTo(began);
    assertThat(fleet.views.history(new NodeName("b"), null, 1)).isEmpty();
  }

  @Test
  void aPushIsTheDecisionWithWhoMadeIt() {
    HistoryView.Decision push = decision(at(began));

    assertThat(push.kind()).isEqualTo("push");
    assertThat(push.by()).isNotBlank();
    assertThat(push.commit()).isEqualTo(commit(1));
    assertThat(push.deployment()).isEqualTo(fleet.deployment("a"));
  }

  @Test
  void aPinIsTheDecisionWhileItLastedAndThePushAfterIt() {
    fleet.commits.push("try", 7);
    fleet.deployments.reconcile();
    fleet.advance(HOUR);
    fleet.pin("a", "try", "2h");
    fleet.converge("a");
    fleet.advance(HOUR);
    fleet.operations.pins().unpin(TestFleet.ADA, NODE);
    fleet.converge("a");

    HistoryView.Decision pin = decision(at(hour(1)));
    assertThat(pin.kind()).isEqualTo("pin");
    assertThat(pin.by()).isEqualTo("ada");
    assertThat(pin.reason()).isEqualTo("trying it");
    assertThat(pin.ref()).isEqualTo("try");
    assertThat(pin.until()).isEqualTo(hour(3));
    HistoryView.Run after = at(hour(2));
    assertThat(after.commit()).isEqualTo(commit(1));
    assertThat(decision(after).kind()).isEqualTo("push");
    assertThat(decision(after).reason()).startsWith("the pin to try ended; ");
  }

  @Test
  void aRollbackIsTheDecisionWithWhoMadeIt() {
    fleet.advance(HOUR);
    push(2);
    fleet.converge("a");
    fleet.advance(HOUR);
    fleet
        .holds
        .rollbacks()
        .rollback(TestFleet.ADA, "main", new RollbackView.Request(null, "lost tasks", null));
    fleet.converge("a");

    HistoryView.Run back = at(hour(2));
    assertThat(back.commit()).isEqualTo(commit(1));
    assertThat(decision(back).kind()).isEqualTo("rollback");
    assertThat(decision(back).by()).isEqualTo("ada");
    assertThat(decision(back).reason()).isEqualTo("lost tasks");
    assertThat(decision(at(hour(1))).kind()).isEqualTo("push");
    assertThat(decision(at(began)).kind()).isEqualTo("push");
  }

  @Test
  void aPassThatFailedAndWentBackIsNoGoodOne() {
    assertThat(
            outcomeOf(
                Said.by(fleet, "a")
                    .applied(commit(1))
                    .state(NodeState.ROLLED_BACK, "health exited 1")
                    .step(StepRecord.Kind.HEALTH, StepRecord.Outcome.RELEASE_FAULT, "no")
                    .step(StepRecord.Kind.ROLLBACK, StepRecord.Outcome.OK, "back")))
        .isEqualTo(StepRecord.Outcome.RELEASE_FAULT);
  }

  @Test
  void aPassThatWentOnAfterItWasCutShortIsAGoodOne() {
    assertThat(
            outcomeOf(
                Said.by(fleet, "a")
                    .step(StepRecord.Kind.STAGE, StepRecord.Outcome.ABANDONED, "newer")
                    .step(StepRecord.Kind.SWITCH, StepRecord.Outcome.OK, "switched")))
        .isEqualTo(StepRecord.Outcome.OK);
  }

  @Test
  void aPassThatEndsWhereItIsCutShortIsSaidToBe() {
    assertThat(
            outcomeOf(
                Said.by(fleet, "a")
                    .step(StepRecord.Kind.STAGE, StepRecord.Outcome.OK, "staged")
                    .step(StepRecord.Kind.CHECK, StepRecord.Outcome.ABANDONED, "newer")))
        .isEqualTo(StepRecord.Outcome.ABANDONED);
  }

  /** What is said of the one pass in which the node does that with a new commit. */
  private StepRecord.Outcome outcomeOf(Said said) {
    fleet.advance(HOUR);
    push(2);
    fleet.report("a", said.next());
    List<HistoryView.Pass> passes = at(hour(1)).passes();
    assertThat(passes).hasSize(1);
    return passes.getFirst().outcome();
  }

  @Test
  void aRunHasThePassesThatLedToItAndThoseThatFailedInIt() {
    fleet.advance(HOUR);
    push(2);
    fleet.report(
        "a",
        Said.by(fleet, "a")
            .applied(commit(1))
            .state(NodeState.ROLLED_BACK, "check exited 1")
            .step(StepRecord.Kind.CHECK, StepRecord.Outcome.RELEASE_FAULT, "no")
            .next());
    fleet.advance(HOUR);
    push(3);
    fleet.report(
        "a",
        Said.by(fleet, "a")
            .step(StepRecord.Kind.STAGE, StepRecord.Outcome.OK, "staged")
            .step(StepRecord.Kind.SWITCH, StepRecord.Outcome.OK, "switched")
            .next());

    List<HistoryView.Pass> ofFirst = at(hour(1)).passes();
    assertThat(ofFirst).hasSize(1);
    assertThat(ofFirst.getFirst().commit()).isEqualTo(commit(2));
    assertThat(ofFirst.getFirst().outcome()).isEqualTo(StepRecord.Outcome.RELEASE_FAULT);
    List<HistoryView.Pass> ofThird = at(hour(2)).passes();
    assertThat(ofThird).hasSize(1);
    assertThat(ofThird.getFirst().commit()).isEqualTo(commit(3));
    assertThat(ofThird.getFirst().steps())
        .extracting(StepRecord::kind)
        .containsExactly(StepRecord.Kind.STAGE, StepRecord.Kind.SWITCH);
    assertThat(ofThird.getFirst().steps()).extracting(StepRecord::output).containsOnly("");
  }

  @Test
  void passesOfALostJournalAreNotMixedWithThoseOfTheNewOne() {
    List<StepRecord> steps = List.of(step(0, began), step(1, began), step(0, hour(1)));

    NodeHistory history = new NodeHistory(NODE, rows(fleet.record("a").id()), steps);

    assertThat(history.newest(1).runs().getFirst().passes())
        .extracting(pass -> pass.steps().size())
        .containsExactly(2, 1);
  }

  private static StepRecord step(int index, Instant at) {
    return new StepRecord(
        1, index, commit(1), StepRecord.Kind.CHECK, "", StepRecord.Outcome.OK, at, 5, null, "");
  }

  @Test
  void saysTheSameOfEachMomentWhenTheReportsComeMuchLater() {
    long n = Said.by(fleet, "a").next().number().n();
    fleet.advance(HOUR);
    push(2);
    NodeReport second = Said.by(fleet, "a").number(2, n).next();
    fleet.advance(HOUR);
    push(3);
    NodeReport third = Said.by(fleet, "a").number(2, n + 1).next();
    fleet.advance(HOUR);

    fleet.report("a", third);
    fleet.report("a", second);

    assertThat(fleet.views.history(NODE, null, 100).orElseThrow().runs())
        .extracting(HistoryView.Run::commit)
        .containsExactly(commit(3), commit(2), commit(1));
    assertThat(at(hour(1)).commit()).isEqualTo(commit(2));
    assertThat(at(hour(2)).commit()).isEqualTo(commit(3));
  }

  @Test
  void aServerThatHasMissedReportsLearnsSinceWhenFromTheNext() {
    fleet.advance(HOUR);
    push(2);
    NodeReport lost = Said.by(fleet, "a").next();
    fleet.advance(HOUR);

    fleet.report("a", at(lost, fleet.clock.instant()));

    assertThat(at(hour(1)).commit()).isEqualTo(commit(2));
    assertThat(at(hour(1)).from()).isEqualTo(hour(1));
  }

  private static NodeReport at(NodeReport said, Instant at) {
    return new NodeReport(
        said.number(), at, said.revision(), said.deployment(), said.status(), List.of(), null);
  }

  @Test
  void aClockThatIsAheadMovesNothingIntoTheFuture() {
    fleet.advance(HOUR);
    push(2);
    NodeReport said = Said.by(fleet, "a").next();

    fleet.report("a", at(said, said.at().plus(Duration.ofDays(1))));

    assertThat(at(fleet.clock.instant()).commit()).isEqualTo(commit(2));
  }

  @Test
  void whatIsAsBeforeIsNotedOnceAndARestartKeepsAll() {
    long node = fleet.record("a").id();
    fleet.converge("a");
    fleet.converge("a");
    fleet.deployments.reconcile();
    List<HistoryTable.StoredNote> before = rows(node);

    fleet = fleet.restarted();

    assertThat(before).hasSize(2);
    assertThat(rows(node)).isEqualTo(before);
    assertThat(at(began).commit()).isEqualTo(commit(1));
  }

  @Test
  void theWorkersAreThoseThatLivedAtThatMoment() {
    HistoryView.Worker worker = at(began).workers().getFirst();

    assertThat(worker.worker()).isEqualTo("grep");
    assertThat(worker.commit()).isEqualTo(commit(1));
  }

  @Test
  void aRemovedNodeTakesItsHistoryWithIt() {
    long node = fleet.record("a").id();

    fleet.operations.nodes().remove(TestFleet.ADA, NODE);

    assertThat(rows(node)).isEmpty();
  }
}
