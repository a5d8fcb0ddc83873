package dev.pullcord.server.alert.condition;

import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.alert.AlertCondition;
import dev.pullcord.server.alert.AlertEvent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is so of one node at a moment, and whether it is news. */
class NodeConditionsTest {
  private static final NodeName NODE = new NodeName("a");

  @TempDir Path directory;
  private TestFleet fleet;
  private NodeConditions conditions;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.commits.push("try", 9);
    fleet.deployments.reconcile();
    fleet.join("a");
    fleet.start("a");
    fleet.converge("a");
    conditions =
        new NodeConditions(
            URI.create("https://pullcord.example/"), new DrainPatience(fleet.commits));
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private List<AlertCondition> all() {
    return conditions.of(fleet.record("a"), fleet.clock.instant());
  }

  private Optional<AlertCondition> of(AlertEvent event) {
    return all().stream().filter(condition -> condition.event() == event).findFirst();
  }

  private void say(NodeState state, String reason) {
    fleet.report("a", Said.by(fleet, "a").state(state, reason).next());
  }

  private void drain(GenerationStatus... generations) {
    WorkerStatus grep = new WorkerStatus("ab".repeat(32), "pid 7", List.of(generations));
    fleet.report("a", Said.by(fleet, "a").workers(Map.of("grep", grep)).next());
  }

  private static GenerationStatus old(long number, Instant since) {
    return new GenerationStatus(
        number, 7, Instant.EPOCH, FakeCommits.commit(1), GenerationPhase.DRAINING, since, null);
  }

  @Test
  void aNodeThatIsWellIsNoNews() {
    assertThat(all()).isEmpty();
  }

  @Test
  void aFailureAfterItHadRunItsCommitIsItsOwn() {
    say(NodeState.FAILED, "the worker died 3 times");

    AlertCondition failed = of(AlertEvent.NODE_FAILED).orElseThrow();
    assertThat(failed.opens()).isTrue();
    assertThat(failed.words().title()).isEqualTo("a is failed: the worker died 3 times");
    assertThat(failed.words().next()).isEqualTo("pullcord why a");
    assertThat(failed.words().link()).isEqualTo("https://pullcord.example/ui/nodes/a");
  }

  /** Else every node of a bad commit would be told of beside the commit's deployment. */
  @Test
  void aFailureBeforeThatIsItsDeploymentsAndOpensNothing() {
    fleet.commits.push("main", 2);
    fleet.deployments.reconcile();
    say(NodeState.ROLLED_BACK, "check exited 3");

    assertThat(of(AlertEvent.NODE_FAILED)).hasValueSatisfying(c -> assertThat(c.opens()).isFalse());
  }

  @Test
  void whatWasFailedIsNotOverWhileTheNodeTriesAgain() {
    say(NodeState.APPLYING, "");

    assertThat(of(AlertEvent.NODE_FAILED)).hasValueSatisfying(c -> assertThat(c.opens()).isFalse());
    fleet.converge("a");
    assertThat(of(AlertEvent.NODE_FAILED)).isEmpty();
  }

  @Test
  void aNodeThatIsAwayIsOfflineWithBothWaysOut() {
    fleet.advance(Duration.ofMinutes(2));
    fleet.advance(Duration.ofSeconds(1));

    AlertCondition offline = of(AlertEvent.NODE_OFFLINE).orElseThrow();
    assertThat(offline.opens()).isTrue();
    assertThat(offline.words().next())
        .contains("on the node: pullcord-agent status", "pullcord node remove a");
  }

  @Test
  void ofASuspendedNodeNothingIsTold() {
    drain(old(1, fleet.clock.instant()));
    say(NodeState.FAILED, "the worker died 3 times");
    fleet
        .operations
        .suspensions()
        .suspend(ADA, NODE, new SuspensionView.Request("1h", "a new disk"));

    assertThat(all()).isEmpty();
  }

  @Test
  void ofSeveralDrainsTheOneThatIsToldFirstIsNamed() {
    Instant since = fleet.clock.instant();
    drain(old(5, since.plusSeconds(1)), old(4, since), old(6, since.plusSeconds(2)));

    AlertCondition drain = of(AlertEvent.DRAIN_LONG).orElseThrow();
    assertThat(drain.since()).isEqualTo(since);
    assertThat(drain.words().title()).startsWith("a: generation 4 of worker grep drains since ");
    assertThat(drain.words().next()).contains("pullcord worker kill a 4 --reason");
    assertThat(drain.patience()).isNull();
  }

  @Test
  void aPinIsToldAnHourBeforeItsEndWithTheCommandThatKeepsIt() {
    fleet.pin("a", "try", "8h");
    assertThat(of(AlertEvent.PIN_EXPIRING)).isEmpty();
    fleet.clock.advance(Duration.ofHours(7).minusSeconds(1));
    assertThat(of(AlertEvent.PIN_EXPIRING)).isEmpty();
    fleet.clock.advance(Duration.ofSeconds(1));

    AlertCondition pin = of(AlertEvent.PIN_EXPIRING).orElseThrow();
    assertThat(pin.words().title())
        .startsWith("the pin of a to try ends at ")
        .endsWith("; then it follows main");
    assertThat(pin.words().next())
        .isEqualTo("to keep it: pullcord pin a try --for 8h --reason 'why'");
    assertThat(pin.words().lines()).containsExactly("Pinned by ada: trying it");
  }

  /** Otherwise one of half an hour would be told of at once. */
  @Test
  void aShortPinIsToldAtHalfOfItsTime() {
    fleet.pin("a", "try", "30m");
    fleet.clock.advance(Duration.ofMinutes(14));
    assertThat(of(AlertEvent.PIN_EXPIRING)).isEmpty();
    fleet.clock.advance(Duration.ofMinutes(1));
    assertThat(of(AlertEvent.PIN_EXPIRING)).isPresent();
  }

  @Test
  void anEndSaysWhatIsSoNow() {
    assertThat(NodeConditions.ending(AlertEvent.NODE_FAILED, "gone", null))
        .isEqualTo("gone was removed");
    assertThat(NodeConditions.ending(AlertEvent.NODE_FAILED, "a", fleet.record("a")))
        .startsWith("a is well again: it is converged");
    assertThat(NodeConditions.ending(AlertEvent.NODE_OFFLINE, "a", fleet.record("a")))
        .startsWith("a is back: it is converged");
    assertThat(NodeConditions.ending(AlertEvent.DRAIN_LONG, "a", fleet.record("a")))
        .isEqualTo("a: its old worker has ended");
    assertThat(NodeConditions.ending(AlertEvent.PIN_EXPIRING, "a", fleet.record("a")))
        .isEqualTo("the pin of a has ended; it follows main");
    fleet.pin("a", "try", "8h");
    assertThat(NodeConditions.ending(AlertEvent.PIN_EXPIRING, "a", fleet.record("a")))
        .startsWith("the pin of a ends later now: at ");
    fleet
        .operations
        .suspensions()
        .suspend(ADA, NODE, new SuspensionView.Request("1h", "a new disk"));
    assertThat(NodeConditions.ending(AlertEvent.NODE_FAILED, "a", fleet.record("a")))
        .isEqualTo("a is suspended by ada, and is told of no more");
  }

  @Test
  void aNodeThatSaysTimesOfNoCenturySilencesNobody() {
    drain(old(4, Instant.MAX), old(5, Instant.MIN));

    assertThat(of(AlertEvent.DRAIN_LONG).orElseThrow().since()).isEqualTo(Instant.EPOCH);
  }
}
