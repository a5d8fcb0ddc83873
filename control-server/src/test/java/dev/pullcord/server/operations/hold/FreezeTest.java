package dev.pullcord.server.operations.hold;

import static dev.pullcord.server.FakeCommits.commit;
import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.audit.AuditSentences;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.gate.KeptGates;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.GateTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The test's time begins at midnight of Thursday 2026-01-01. */
class FreezeTest {
  private static final RolloutSpec ONE_BY_ONE =
      new RolloutSpec(
          new RolloutSpec.Strategy.Rolling(),
          new NodeShare(1, false),
          0,
          RolloutSpec.OnHalt.STAY,
          RolloutSpec.DEADLINE);
  private static final String FROZEN = "frozen until 2026-01-01 02:00 UTC by ada: release week";

  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.commits.push("try", 9);
    fleet.commits.tag("v1", 5);
    fleet.deployments.reconcile();
    fleet.join("a", "b");
    fleet.start("a", "b");
    fleet.converge("a", "b");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private FreezeView freeze(@Nullable String ref, @Nullable String selector) {
    return fleet
        .holds
        .freezes()
        .freeze(ADA, new FreezeView.Request(ref, selector, "2h", "release week", null, null));
  }

  private void push(int n) {
    fleet.commits.push("main", n);
    fleet.deployments.reconcile();
  }

  private void pass(Duration time) {
    fleet.clock.advance(time);
    fleet.holds.tick();
  }

  private @Nullable Withheld withheld(String node) {
    return fleet.desired(node).withheld();
  }

  @Test
  void aPushMovesTheBranchAndTheNodesStayOnWhatTheyRun() {
    assertThat(freeze(null, null).text()).isEqualTo(FROZEN);
    push(2);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    Withheld held = Objects.requireNonNull(withheld("a"));
    assertThat(held.kind()).isEqualTo(Withheld.Kind.HELD);
    assertThat(held.reason()).isEqualTo("held: " + FROZEN);
    assertThat(held.commit()).isEqualTo(commit(2));
    assertThat(held.until()).isEqualTo(fleet.clock.instant().plus(Duration.ofHours(2)));
    assertThat(held.deployment()).isEqualTo(fleet.deployment("a"));
    assertThat(fleet.state("a")).isEqualTo(NodeState.HELD);
    assertThat(fleet.view("a").reason()).isEqualTo("held: " + FROZEN);
  }

  @Test
  void aNodeThatHasNothingNewToComeIsNotHeld() {
    freeze(null, null);
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
    assertThat(withheld("a")).isNull();
  }

  @Test
  void itThawsByItselfAndTheNodesAreWoken() {
    freeze(null, null);
    push(2);
    pass(Duration.ofHours(2).minusMillis(1));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    fleet.woken.clear();

    pass(Duration.ofMillis(1));

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(fleet.woken).extracting(NodeName::value).contains("a", "b");
    assertThat(fleet.views.freezes()).isEmpty();
    assertThat(AuditSentences.of(fleet.audited("freeze.expire").orElseThrow()))
        .isEqualTo("the freeze of the fleet ended by itself: " + FROZEN);
  }

  @Test
  void freezesThatEndATickApartWhileNeitherHoldsAnythingBothEnd() {
    String always = "daily 00:00-23:59";
    fleet
        .holds
        .freezes()
        .freeze(ADA, new FreezeView.Request("main", null, "1h", "one", always, null));
    fleet.clock.advance(Duration.ofSeconds(1));
    fleet
        .holds
        .freezes()
        .freeze(ADA, new FreezeView.Request("try", null, "1h", "two", always, null));

    pass(Duration.ofHours(1).minusSeconds(1));
    assertThat(fleet.views.freezes()).extracting(FreezeView::ref).containsExactly("try");
    pass(Duration.ofSeconds(1));
    assertThat(fleet.views.freezes()).isEmpty();
  }

  @Test
  void itThawsAlsoWhileARollbackIsToEndAndNoBranchCanBeRead() {
    push(2);
    fleet
        .holds
        .rollbacks()
        .rollback(ADA, "main", new RollbackView.Request(commit(1).value(), "lost tasks", "1h"));
    freeze(null, null);
    fleet.commits.unreadable(true);
    assertThatThrownBy(() -> pass(Duration.ofHours(2))).hasMessageContaining("branches");
    assertThat(fleet.views.freezes()).isEmpty();
    fleet.commits.unreadable(false);
    pass(Duration.ofSeconds(1));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
  }

  private KeptGates gates() {
    return new KeptGates(fleet.store, fleet.decisions, fleet.model, _ -> {}, fleet.clock);
  }

  private static Gates.Asked asked(int candidate) {
    return new Gates.Asked("main", commit(1), commit(candidate), RolloutSpec.ALL_AT_ONCE);
  }

  @Test
  void aFreezeInAGateSendsItsCanaryBackAndHoldsWhatSomebodyElsePushed() {
    KeptGates gates = gates();
    GateTable.Gate gate = gates.open(asked(7), ADA);
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));
    freeze(null, null);
    push(2);

    assertThat(gates.look(gate)).isEmpty();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(Objects.requireNonNull(withheld("a")).commit()).isEqualTo(commit(2));
    gates.close(gate, ADA, "moved by another push");
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    pass(Duration.ofHours(2));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
  }

  @Test
  void aGateThatEndsInAFreezeGivesItsCanaryBackWhatItRan() {
    KeptGates gates = gates();
    GateTable.Gate gate = gates.open(asked(7), ADA);
    freeze(null, null);
    gates.close(gate, ADA, "refused");

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(withheld("a")).isNull();
  }

  @Test
  void aCanaryKeepsWhatPassedThoughAFreezeBeganMeanwhile() {
    KeptGates gates = gates();
    GateTable.Gate gate = gates.open(asked(7), ADA);
    freeze(null, null);
    push(7);
    gates.close(gate, ADA, "passed");

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(7));
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(1));
    assertThat(fleet.views.gates()).isEmpty();
  }

  @Test
  void whatACanaryTriesIsNothingThatARolloutGoesBackTo() {
    KeptGates gates = gates();
    GateTable.Gate gate = gates.open(asked(7), ADA);
    fleet.commits.rollout(
        2,
        new RolloutSpec(
            new RolloutSpec.Strategy.Rolling(),
            new NodeShare(1, false),
            0,
            RolloutSpec.OnHalt.STAY,
            Duration.ofMinutes(30)));
    push(2);
    gates.close(gate, ADA, "moved by another push");

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(Objects.requireNonNull(withheld("a")).kind()).isEqualTo(Withheld.Kind.WAITING);
  }

  @Test
  void openGatesAreListedWithTheirCanaries() {
    KeptGates gates = gates();
    GateTable.Gate gate = gates.open(asked(7), ADA);

    assertThat(fleet.views.gates())
        .singleElement()
        .satisfies(open -> {
          assertThat(open.ref()).isEqualTo("main");
          assertThat(open.commit()).isEqualTo(commit(7));
          assertThat(open.owner()).isEqualTo("ada");
          assertThat(open.canaries())
              .singleElement()
              .satisfies(canary -> assertThat(canary.name()).hasToString("a"));
        });
    gates.close(gate, ADA, "passed");
    assertThat(fleet.views.gates()).isEmpty();
  }

  @Test
  void aPlanIsToldWhoIsHeldByAFreezeOrByTheWindowsOfItsOwnManifest() {
    assertThat(fleet.views.held(List.of())).isEmpty();
    Window office = new Window("mon-fri 08:00-18:00", "UTC");
    assertThat(fleet.views.held(List.of(office)).values())
        .hasSize(2)
        .allSatisfy(why -> assertThat(why).startsWith("held: outside the window"));
    freeze("main", null);
    fleet.pin("b", "v1", "1h");
    assertThat(fleet.views.held(List.of())).containsEntry(new NodeName("a"), "held: " + FROZEN);
  }

  @Test
  void itStandsOverARestartOfTheServer() {
    freeze(null, null);
    push(2);
    fleet = fleet.restarted();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(fleet.views.freezes()).hasSize(1);
    pass(Duration.ofHours(2));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
  }

  @Test
  void unfreezeLetsThemGoAtOnce() {
    freeze("main", null);
    push(2);
    fleet.holds.freezes().unfreeze(ADA, "main", null, null);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(AuditSentences.of(fleet.audited("unfreeze").orElseThrow()))
        .isEqualTo("ada ended the freeze of main, which was " + FROZEN);
  }

  @Test
  void unfreezeOfOneThatWasMadeAnewMeanwhileEndsNothing() {
    freeze("main", null);
    Instant seen = fleet.views.freezes().getFirst().createdAt();
    fleet.advance(Duration.ofSeconds(1));
    freeze("main", null);
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> fleet.holds.freezes().unfreeze(ADA, "main", null, seen));
    assertThat(refusal.code()).isEqualTo("CHANGED");
    assertThat(fleet.views.freezes()).hasSize(1);
    fleet.holds.freezes().unfreeze(ADA, "main", null, fleet.views.freezes().getFirst().createdAt());
    assertThat(fleet.views.freezes()).isEmpty();
  }

  @Test
  void unfreezeOfWhatIsNotFrozenNamesWhatIs() {
    freeze("main", null);
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> fleet.holds.freezes().unfreeze(ADA, null, null, null));
    assertThat(refusal.code()).isEqualTo("FREEZE_MISSING");
    assertThat(refusal).hasMessageContaining("name them as in: main");
  }

  @Test
  void aPinIsFrozenTooUnlessItIsMadeForIt() {
    freeze(null, null);
    fleet.pin("a", "v1", "1h");
    fleet
        .operations
        .pins()
        .pin(ADA, new NodeName("b"), new PinView.Request("v1", "1h", "it burns", true));

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(Objects.requireNonNull(withheld("a")).commit()).isEqualTo(commit(5));
    fleet.converge("a"); // it has taken up its pin, and nothing else
    assertThat(fleet.state("a")).isEqualTo(NodeState.HELD);
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(5));
    assertThat(AuditSentences.of(fleet.audited("pin").orElseThrow()))
        .isEqualTo("ada pinned b to v1 (0000005) for 1h, even while frozen: it burns");
  }

  @Test
  void aPinThatEndsInTheFreezeLeavesTheNodeWhereItIs() {
    fleet.pin("a", "v1", "1h");
    freeze(null, null);

    assertThat(fleet.pinOf("a").after().commit()).isEqualTo(commit(5));
    fleet.clock.advance(Duration.ofHours(1));
    fleet.operations.pins().expire();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(5));
    assertThat(Objects.requireNonNull(withheld("a")).commit()).isEqualTo(commit(1));
    pass(Duration.ofHours(1));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
  }

  @Test
  void aFreezeOfLabelsHoldsOnlyThoseNodes() {
    fleet
        .operations
        .nodes()
        .label(ADA, new NodeName("a"), new Requests.Labels(Map.of("role", "grep"), null));
    freeze(null, "role=grep");
    push(2);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(fleet.desired("b").commit()).isEqualTo(commit(2));
  }

  @Test
  void aNodeThatFollowsAnotherBranchInTheFreezeStaysOnWhatItRuns() {
    freeze(null, null);
    fleet.operations.nodes().follow(ADA, new NodeName("a"), "try");

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(Objects.requireNonNull(withheld("a")).ref()).isEqualTo("try");
  }

  @Test
  void aSecondFreezeOfTheSameReplacesTheFirst() {
    freeze("main", null);
    fleet
        .holds
        .freezes()
        .freeze(ADA, new FreezeView.Request("main", null, "1h", "shorter", null, null));

    assertThat(fleet.views.freezes()).extracting(FreezeView::reason).containsExactly("shorter");
    assertThat(fleet.audited("freeze").orElseThrow().before()).isEqualTo(FROZEN);
  }

  @Test
  void theWindowsOfTheNewestCommitHoldItsNodes() {
    fleet.commits.windows(2, new Window("daily 08:00-18:00", "UTC"));
    push(2);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(fleet.view("a").reason())
        .isEqualTo(
            "held: outside the window daily 08:00-18:00 UTC; it opens Thu 2026-01-01 08:00 UTC");
    pass(Duration.ofHours(8));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    fleet.commits.windows(3, new Window("daily 08:00-18:00", "UTC"));
    push(3);
    assertThat(fleet.desired("a").commit()).as("it is open").isEqualTo(commit(3));
    pass(Duration.ofHours(10));
    assertThat(fleet.desired("a").commit()).as("what has begun is finished").isEqualTo(commit(3));
  }

  @Test
  void anOperatorsWindowIsAFreezeOutsideOfIt() {
    FreezeView made =
        fleet
            .holds
            .freezes()
            .freeze(
                ADA,
                new FreezeView.Request(
                    null, null, "30d", "nights", "daily 08:00-18:00", "Europe/Berlin"));
    assertThat(made.outside()).isEqualTo("daily 08:00-18:00 Europe/Berlin");
    push(2);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
    assertThat(Objects.requireNonNull(withheld("a")).until())
        .isEqualTo(Instant.parse("2026-01-01T07:00:00Z"));
    pass(Duration.ofHours(7));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
  }

  @Test
  void whatIsWrongIsRefusedByField() {
    assertThat(refusedField(new FreezeView.Request("nowhere", null, "2h", "x", null, null)))
        .isEqualTo("ref");
    assertThat(refusedField(new FreezeView.Request(null, "role=", "9s", "x", null, null)))
        .isEqualTo("for");
    assertThat(refusedField(new FreezeView.Request(null, "=x", "2h", "x", null, null)))
        .isEqualTo("selector");
    assertThat(refusedField(new FreezeView.Request(null, null, "2h", " ", null, null)))
        .isEqualTo("reason");
    assertThat(refusedField(new FreezeView.Request(null, null, "2h", "x", "always", null)))
        .isEqualTo("outside");
    assertThat(refusedField(new FreezeView.Request(null, null, "2h", "x", null, "UTC")))
        .isEqualTo("zone");
  }

  private @Nullable String refusedField(FreezeView.Request request) {
    return catchThrowableOfType(Refusal.class, () -> fleet.holds.freezes().freeze(ADA, request))
        .field();
  }

  @Test
  void twoOperatorsAtOnceFreezeAndPinAndBothAreInTheAudit() {
    fleet.pin("a", "v1", "1h");
    freeze(null, null);

    assertThat(fleet.desired("a").commit())
        .as("the pin came first: it was told before the freeze")
        .isEqualTo(commit(5));
    assertThat(fleet.audited("pin")).isPresent();
    assertThat(fleet.audited("freeze")).isPresent();
  }

  @Test
  void aNodeThatJoinsAFrozenBranchInARolloutRunsNothing() {
    fleet.commits.rollout(2, ONE_BY_ONE);
    freeze("main", null);
    push(2);
    fleet.join("c");
    assertThat(fleet.desired("c").commit()).isNull();
    assertThat(Objects.requireNonNull(withheld("c")).reason()).isEqualTo("held: " + FROZEN);
  }

  @Test
  void aPinThatEndsInAFreezeLeavesTheNodeAlsoInARollout() {
    fleet.pin("a", "v1", "2h");
    fleet.converge("a");
    fleet.commits.rollout(2, ONE_BY_ONE);
    freeze("main", null);
    push(2);
    fleet.operations.pins().unpin(ADA, new NodeName("a"));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(5));
  }
}
