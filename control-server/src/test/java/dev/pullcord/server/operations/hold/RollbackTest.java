package dev.pullcord.server.operations.hold;

import static dev.pullcord.server.FakeCommits.commit;
import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.audit.AuditSentences;
import dev.pullcord.server.refusal.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollbackTest {
  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void threeCommitsOfWhichTheFirstTwoConverged() {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.deployments.reconcile();
    fleet.join("a", "b");
    fleet.start("a", "b");
    fleet.converge("a", "b");
    push(2);
    fleet.converge("a", "b");
    push(3);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private void push(int n) {
    fleet.commits.push("main", n);
    fleet.deployments.reconcile();
  }

  private RollbackView rollback(@Nullable String to, @Nullable String until) {
    return fleet
        .holds
        .rollbacks()
        .rollback(ADA, "main", new RollbackView.Request(to, "lost tasks", until));
  }

  private String refusedCode(@Nullable String to) {
    return catchThrowableOfType(Refusal.class, () -> rollback(to, null)).code();
  }

  private List<DeploymentView> deployments() {
    return fleet.views.deployments("main", Long.MAX_VALUE, 10);
  }

  private Fleet.Ref main() {
    return fleet.views.summary().refs().getFirst();
  }

  @Test
  void withoutACommitItGoesToTheLastOneThatConvergedBefore() {
    RollbackView made = rollback(null, null);

    assertThat(made.commit()).isEqualTo(commit(2));
    assertThat(made.from()).isEqualTo(commit(3));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(fleet.desired("a").note()).isEqualTo("rolled back from 0000003 by ada: lost tasks");
    assertThat(main().commit()).isEqualTo(commit(2));
    assertThat(Objects.requireNonNull(main().rollback()).text())
        .isEqualTo("rolled back from 0000003 by ada: lost tasks");
    assertThat(AuditSentences.of(fleet.audited("rollback").orElseThrow()))
        .isEqualTo("ada rolled main back to 0000002 from 0000003 by ada: lost tasks");
  }

  @Test
  void anOrderAboutAnotherHeadThanTheNewestIsRefused() {
    RollbackView.Request about2 =
        new RollbackView.Request("0000001", "lost tasks", null, commit(2));
    assertThat(
            catchThrowableOfType(
                Refusal.class, () -> fleet.holds.rollbacks().rollback(ADA, "main", about2)))
        .hasMessageContaining("pushed 0000003 to main meanwhile");
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(3));
  }

  @Test
  void withoutACommitItGoesToNoneThatARewindTookOffTheBranch() {
    fleet.converge("a", "b");
    fleet.commits.rewind("main", 1);
    push(4);
    fleet.converge("a", "b");
    push(5);
    fleet.commits.rewind("main", 1);
    push(6);
    assertThat(rollback(null, null).commit()).isEqualTo(commit(1));
  }

  @Test
  void itIsADeploymentOfItsOwnWithWhoAndWhy() {
    RollbackView made = rollback(null, null);
    fleet.converge("a", "b");
    fleet.progress.keep();

    DeploymentView newest = deployments().getFirst();
    assertThat(newest.id()).isEqualTo(made.deployment());
    assertThat(newest.rolledBack()).contains("rolled back to 0000002 by ada: lost tasks");
    assertThat(newest.told()).startsWith("converged 2/2");
    assertThat(newest.before()).isEqualTo(commit(3));
    assertThat(deployments().get(1).state()).isEqualTo(DeploymentView.State.SUPERSEDED);
    assertThat(fleet.state("a")).isEqualTo(NodeState.CONVERGED);
  }

  @Test
  void itHoldsOverARestartAndComparingAnew() {
    rollback(null, null);
    fleet = fleet.restarted();
    fleet.deployments.reconcile();

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(deployments()).hasSize(4);
  }

  @Test
  void aNewerCommitEndsIt() {
    rollback(null, null);
    push(4);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(4));
    assertThat(fleet.desired("a").note()).isNull();
    assertThat(main().rollback()).isNull();
    assertThat(AuditSentences.of(fleet.audited("rollback.pushed").orElseThrow()))
        .isEqualTo("ada pushed to main, which ended the rollback to 0000002 by ada: lost tasks");
  }

  @Test
  void anotherOneGoesFurtherBackAndNeverForward() {
    fleet.converge("a", "b"); // the third commit converged too, and is bad all the same
    fleet.progress.keep();
    rollback(null, null);
    fleet.converge("a", "b");
    fleet.progress.keep();

    assertThat(rollback(null, null).commit()).isEqualTo(commit(1));
    assertThat(refusedCode(null)).isEqualTo("ROLLBACK_NOWHERE");
  }

  @Test
  void aPushThatCannotBeReadYetDoesNotUndoARollbackLater() {
    fleet.commits.damage(4);
    push(4);

    Refusal refused = catchThrowableOfType(Refusal.class, () -> rollback(null, null));
    assertThat(refused.code()).isEqualTo("REF_UNREAD");
    assertThat(refused)
        .hasMessageStartingWith("what was pushed to main last cannot be read: ")
        .hasMessageEndingWith("or push a good commit to main");
    assertThat(
            catchThrowableOfType(
                    Refusal.class, () -> fleet.holds.rollbacks().foresee(ADA, "main", null))
                .code())
        .isEqualTo("REF_UNREAD");
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(3));

    fleet.commits.mend(4);

    assertThat(rollback(null, null).from()).isEqualTo(commit(4));
    assertThat(fleet.deployments.catchUp()).isEmpty();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    assertThat(fleet.audited("rollback.pushed")).isEmpty();
  }

  @Test
  void itGoesToTheCommitThatIsNamed() {
    assertThat(rollback(commit(1).abbreviated(), null).commit()).isEqualTo(commit(1));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(1));
  }

  @Test
  void whatIsNoWayBackIsRefused() {
    fleet.commits.push("try", 9);
    assertThat(refusedCode("9999999")).isEqualTo("REF_MISSING");
    assertThat(refusedCode(commit(9).abbreviated())).isEqualTo("ROLLBACK_ELSEWHERE");
    assertThat(refusedCode(commit(3).abbreviated())).isEqualTo("ROLLBACK_TO_HEAD");
    fleet.commits.spoil(2);
    assertThat(refusedCode(null)).isEqualTo("MANIFEST_INVALID");
    assertThat(
            catchThrowableOfType(
                    Refusal.class,
                    () ->
                        fleet
                            .holds
                            .rollbacks()
                            .rollback(ADA, "nowhere", new RollbackView.Request(null, "x", null)))
                .code())
        .isEqualTo("REF_MISSING");
  }

  @Test
  void itEndsWhenItsTimeIsOver() {
    rollback(null, "2h");
    fleet.clock.advance(Duration.ofHours(2).minusMillis(1));
    fleet.holds.tick();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));

    fleet.clock.advance(Duration.ofMillis(1));
    fleet.holds.tick();
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(3));
    assertThat(fleet.audited("rollback.expire")).isPresent();
    assertThat(deployments()).hasSize(5);
  }

  @Test
  void untilIsALengthOrAMomentToCome() {
    assertThat(rollback(null, "2026-01-02T00:00:00Z").until())
        .isEqualTo(fleet.clock.instant().plus(Duration.ofDays(1)));
    assertThat(refusedUntil("2025-12-31T00:00:00Z")).isEqualTo("until");
    assertThat(refusedUntil("later")).isEqualTo("until");
  }

  @Test
  void anEndThatIsTooFarAwayIsRefusedAndIsNoFaultOfTheServer() {
    assertThat(rollback(null, "365d").until()).isNotNull();
    assertThat(refusedUntil("366d")).isEqualTo("until");
    assertThat(refusedUntil("999999999d")).isEqualTo("until");
    assertThat(refusedUntil("2027-01-02T00:00:00Z")).isEqualTo("until");
    assertThat(refusedUntil("+999999999-12-31T00:00:00Z")).isEqualTo("until");
  }

  private @Nullable String refusedUntil(String text) {
    return catchThrowableOfType(Refusal.class, () -> rollback(null, text)).field();
  }

  @Test
  void whoEndsItLetsTheNodesGoOnToTheHead() {
    rollback(null, null);
    fleet.holds.rollbacks().end(ADA, "main");

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(3));
    assertThat(catchThrowableOfType(Refusal.class, () -> fleet.holds.rollbacks().end(ADA, "main")))
        .extracting(Refusal::code)
        .isEqualTo("ROLLBACK_MISSING");
  }

  @Test
  void itGoesThroughAFreezeWhichHoldsOnlyWhatIsNew() {
    fleet
        .holds
        .freezes()
        .freeze(ADA, new FreezeView.Request(null, null, "2h", "release week", null, null));
    rollback(null, null);

    assertThat(fleet.desired("a").commit()).isEqualTo(commit(2));
    push(4);
    assertThat(fleet.desired("a").commit()).as("the newer commit waits").isEqualTo(commit(2));
  }

  @Test
  void itCarriesNothingThroughAFreezeThatNoNodeHasRun() {
    freeze(null);
    push(4);
    push(5);

    Refusal refused =
        catchThrowableOfType(Refusal.class, () -> rollback(commit(4).abbreviated(), null));

    assertThat(refused.code()).isEqualTo("ROLLBACK_NEW");
    assertThat(refused)
        .hasMessageContainingAll(
            "no node is known to have run 0000004 on main,",
            "nothing new may begin on a, b (held: frozen until",
            "end the freeze first: pullcord unfreeze;",
            "pullcord pin NODE 0000004 --even-frozen --for 2h --reason 'why'");
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(3));
    assertThat(
            catchThrowableOfType(
                    Refusal.class,
                    () -> fleet.holds.rollbacks().foresee(ADA, "main", commit(4).value()))
                .code())
        .as("a page says it before")
        .isEqualTo("ROLLBACK_NEW");
    assertThat(rollback(commit(2).abbreviated(), null).commit()).isEqualTo(commit(2));
  }

  @Test
  void whatOneNodeRanBeforeOrAllWereToldIsNotNewInAFreeze() {
    fleet.converge("a");
    push(4);
    freeze(null);
    push(5);

    assertThat(rollback(commit(4).abbreviated(), null).commit())
        .as("all were told it before the freeze")
        .isEqualTo(commit(4));
    assertThat(rollback(commit(3).abbreviated(), null).commit())
        .as("it never converged, and one node runs it")
        .isEqualTo(commit(3));
  }

  @Test
  void outsideOfTheFreezeAnyCommitOfTheBranchIsAWayBack() {
    freeze("role=none");
    push(4);
    push(5);

    assertThat(rollback(commit(4).abbreviated(), null).commit()).isEqualTo(commit(4));
  }

  @Test
  void nodesThatArePinnedEvenThoughFrozenDoNotRefuseIt() {
    for (String name : List.of("a", "b")) {
      fleet
          .operations
          .pins()
          .pin(ADA, new NodeName(name), new PinView.Request("main", "1h", "trying", true));
    }
    freeze(null);
    push(4);
    push(5);

    assertThat(rollback(commit(4).abbreviated(), null).commit()).isEqualTo(commit(4));
    assertThat(fleet.desired("a").commit()).isEqualTo(commit(4));
  }

  @Test
  void itNamesEveryFreezeThatHasToEndFirst() {
    freeze(null);
    freeze("role=none");
    fleet
        .holds
        .freezes()
        .freeze(ADA, new FreezeView.Request("main", null, "1h", "switches", null, null));
    push(4);
    push(5);

    assertThat(catchThrowableOfType(Refusal.class, () -> rollback(commit(4).value(), null)))
        .hasMessageContainingAll(
            "on a, b (held: frozen until",
            "release week; and more); name a commit",
            "end the freezes first: pullcord unfreeze and pullcord unfreeze main; for single");
  }

  private void freeze(@Nullable String selector) {
    fleet
        .holds
        .freezes()
        .freeze(ADA, new FreezeView.Request(null, selector, "2h", "release week", null, null));
  }

  @Test
  void rollbackAfterAPushThatTheOperatorDidNotSeeIsOfThatPush() {
    fleet.commits.push("main", 4); // it has moved, and nobody compared yet

    RollbackView made = rollback(null, null);

    assertThat(made.from()).isEqualTo(commit(4));
    assertThat(made.commit()).isEqualTo(commit(2));
    assertThat(fleet.audited("rollback")).isPresent();
  }
}
