package dev.pullcord.agent.pass;

import static dev.pullcord.agent.fake.Samples.commit;
import static dev.pullcord.agent.fake.Samples.decision;
import static dev.pullcord.agent.fake.Samples.release;
import static dev.pullcord.agent.fake.Samples.workers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Quarantine;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.error.ExitCode;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a pass goes, by what was decided and what the journal says. */
class GoalChoiceTest {
  private static final Release FIRST = release(1, "grep=1");
  private static final Release SECOND = release(2, "grep=2");

  /** The first release has run well, and is active. */
  private static final AgentHistory RUNS_FIRST =
      AgentHistory.EMPTY
          .plus(new Entry.Staged(FIRST))
          .plus(new Entry.Switched(FIRST.name(), Instant.EPOCH))
          .plus(
              new Entry.Healthy(
                  new Applied(FIRST.name(), commit(1), "main", workers("grep=1"), Map.of()),
                  false));

  private static Decision labelled(int commit, String zone) {
    return new Decision(1, "main", commit(commit), 1L, null, 0, Map.of("zone", zone), Orders.NONE);
  }

  private static GoalChoice choice(Decision decision, AgentHistory history) {
    return GoalChoice.of(decision, history, _ -> false);
  }

  private static AgentHistory quarantined(AgentHistory history, int commit, long retry) {
    return history.plus(
        new Entry.Quarantined(
            new Quarantine(commit(commit), "bad", retry, Instant.EPOCH, Map.of())));
  }

  @Test
  void keepsWhatRunsBeforeAnythingWasDecided() {
    assertThat(GoalChoice.of(null, RUNS_FIRST, _ -> false))
        .isInstanceOfSatisfying(
            GoalChoice.Keep.class,
            keep -> assertThat(keep.waiting().exit()).isEqualTo(ExitCode.UNREACHABLE));
  }

  @Test
  void keepsWhatRunsBeforeAnythingWasPushed() {
    assertThat(choice(decision(null), RUNS_FIRST))
        .isInstanceOfSatisfying(
            GoalChoice.Keep.class,
            keep ->
                assertThat(keep.waiting().reason()).isEqualTo("nothing was pushed to main yet"));
  }

  @Test
  void needsNoSourceForWhatRuns() {
    assertThat(choice(decision(commit(1)), RUNS_FIRST))
        .isEqualTo(
            new GoalChoice.Reach(decision(commit(1)), Goal.applied(RUNS_FIRST).orElseThrow()));
  }

  @Test
  void goesOnWithASwitchThatAKillInterrupted() {
    AgentHistory switched =
        RUNS_FIRST
            .plus(new Entry.Staged(SECOND))
            .plus(new Entry.Switched(SECOND.name(), Instant.EPOCH));

    assertThat(choice(decision(commit(2)), switched))
        .isInstanceOfSatisfying(
            GoalChoice.Reach.class,
            reach -> assertThat(reach.goal().release()).isEqualTo(SECOND.name()));
  }

  @Test
  void obtainsWhatTheHistoryDoesNotKnow() {
    assertThat(choice(decision(commit(2)), RUNS_FIRST))
        .isEqualTo(new GoalChoice.Obtain(decision(commit(2)), commit(2)));
  }

  @Test
  void obtainsTheSameCommitAgainForOtherLabels() {
    assertThat(choice(labelled(1, "b"), RUNS_FIRST)).isInstanceOf(GoalChoice.Obtain.class);
  }

  @Test
  void waitsForTheTimeOfACommitThatWasTried() {
    assertThat(GoalChoice.of(decision(commit(2)), RUNS_FIRST, commit(2)::equals))
        .isEqualTo(new GoalChoice.Wait());
  }

  @Test
  void goesBackFromACommitInQuarantineAndDoesNotAskForItsTime() {
    AgentHistory history = quarantined(RUNS_FIRST, 2, 0);

    GoalChoice choice =
        GoalChoice.of(
            decision(commit(2)),
            history,
            _ -> {
              throw new AssertionError("asked");
            });

    assertThat(choice).isInstanceOf(GoalChoice.GoBack.class);
  }

  @Test
  void triesACommitAgainThatAnOperatorWantsTriedAgain() {
    Decision retried = new Decision(1, "main", commit(2), 1L, null, 1, Map.of(), Orders.NONE);

    assertThat(choice(retried, quarantined(RUNS_FIRST, 2, 0)))
        .isInstanceOf(GoalChoice.Obtain.class);
  }

  @Test
  void takesNoNoticeOfTheQuarantineOfAnotherCommit() {
    assertThat(choice(decision(commit(3)), quarantined(RUNS_FIRST, 2, 0)))
        .isInstanceOf(GoalChoice.Obtain.class);
  }
}
