package dev.pullcord.server.rollout;

import static dev.pullcord.server.rollout.MemberStanding.ABSENT;
import static dev.pullcord.server.rollout.MemberStanding.BEFORE;
import static dev.pullcord.server.rollout.MemberStanding.CONVERGED;
import static dev.pullcord.server.rollout.MemberStanding.DOWN;
import static dev.pullcord.server.rollout.MemberStanding.EXEMPT;
import static dev.pullcord.server.rollout.MemberStanding.HELD;
import static dev.pullcord.server.rollout.MemberStanding.LOST;
import static dev.pullcord.server.rollout.MemberStanding.READY;
import static dev.pullcord.server.rollout.MemberStanding.ROLLED_BACK;
import static dev.pullcord.server.rollout.MemberStanding.UNDER_WAY;
import static dev.pullcord.server.rollout.MemberStanding.UNHEARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.RolloutSpec.CanaryNodes;
import dev.pullcord.protocol.manifest.node.RolloutSpec.OnHalt;
import dev.pullcord.protocol.manifest.node.RolloutSpec.Strategy;
import dev.pullcord.server.refusal.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each rule of a rollout, on a fleet of four: node-1 is the canary. */
class RolloutPlannerTest {
  private final TreeMap<String, RolloutMember> members = new TreeMap<>();
  private Rollout rollout;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private RolloutStep last;

  RolloutPlannerTest() {
    List.of("node-1", "node-2", "node-3", "node-4").forEach(name -> set(name, BEFORE));
    rollout = Rollout.begin(members.keySet());
    last = new RolloutStep(rollout, Map.of(), Optional.empty());
  }

  private void set(String name, MemberStanding standing) {
    String role = name.equals("node-1") ? "canary" : "grep";
    String reason = standing == LOST ? "its agent was stopped" : "check exited 1";
    members.put(name, new RolloutMember(name, Map.of("role", role), standing, reason));
  }

  private void step(RolloutSpec spec) {
    last = RolloutPlanner.next("main", rollout, spec, members.values(), now);
    rollout = last.rollout();
  }

  private void after(Duration time, RolloutSpec spec) {
    now = now.plus(time);
    step(spec);
  }

  private static RolloutSpec rolling(int most, int budget) {
    return spec(new Strategy.Rolling(), most, budget);
  }

  private static RolloutSpec canary(boolean rolling) {
    return spec(
        new Strategy.Canary(
            new CanaryNodes.Matching(Map.of("role", "canary")), Duration.ofMinutes(10), rolling),
        1,
        0);
  }

  private static RolloutSpec spec(Strategy strategy, int most, int budget) {
    return new RolloutSpec(
        strategy, new NodeShare(most, false), budget, OnHalt.STAY, Duration.ofMinutes(30));
  }

  private List<String> released() {
    return List.copyOf(rollout.released().keySet());
  }

  @Test
  void allReleasesEveryoneAtOnceAlsoWhoIsAway() {
    set("node-4", ABSENT);
    step(RolloutSpec.ALL_AT_ONCE);
    assertThat(released()).containsExactly("node-1", "node-2", "node-3", "node-4");
  }

  @Test
  void rollingTakesAsManyAsMayBeAwayAndTheNextOneWhenOneIsDone() {
    step(rolling(2, 0));
    assertThat(released()).containsExactly("node-1", "node-2");
    assertThat(last.waiting())
        .containsOnlyKeys("node-3", "node-4")
        .containsValue("waiting: the next one goes now");
    set("node-1", UNDER_WAY);
    step(rolling(2, 0));
    assertThat(released()).hasSize(2);
    assertThat(last.waiting().get("node-3"))
        .isEqualTo("waiting: 2 of 2 that may be unavailable: node-1, node-2");
    set("node-2", CONVERGED);
    step(rolling(2, 0));
    assertThat(released()).containsExactly("node-1", "node-2", "node-3");
  }

  @Test
  void aNodeThatAlreadyRunsItTakesNobodysTurn() {
    set("node-1", CONVERGED);
    step(rolling(1, 0));
    assertThat(released()).containsExactly("node-1", "node-2");
  }

  @Test
  void whoIsAwayOrExemptHoldsNothingUpAndCatchesUp() {
    set("node-2", ABSENT);
    set("node-3", EXEMPT);
    step(rolling(1, 0));
    set("node-1", CONVERGED);
    step(rolling(1, 0));
    assertThat(released()).containsExactly("node-1", "node-4");
    set("node-4", CONVERGED);
    step(rolling(1, 0));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.DONE);
    set("node-2", BEFORE);
    set("node-3", BEFORE);
    step(rolling(1, 0));
    assertThat(released()).containsExactly("node-1", "node-2", "node-4");
  }

  @Test
  void oneFailureMoreThanTheBudgetHaltsItAndSaysWhoAndWhy() {
    step(rolling(4, 1));
    set("node-1", ROLLED_BACK);
    step(rolling(4, 1));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.RUNNING);
    set("node-2", DOWN);
    step(rolling(4, 1));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.HALTED);
    assertThat(rollout.reason())
        .isEqualTo(
            "2 nodes failed, more than the failure budget of 1: "
                + "node-1 (check exited 1), node-2 (check exited 1)");
    assertThat(rollout.goesBack()).isFalse();
  }

  @Test
  void whoIsToldToGoBackOnAHaltDoes() {
    RolloutSpec back =
        new RolloutSpec(
            new Strategy.Rolling(),
            new NodeShare(1, false),
            0,
            OnHalt.ROLLBACK,
            Duration.ofMinutes(30));
    step(back);
    set("node-1", DOWN);
    step(back);
    assertThat(rollout.goesBack()).isTrue();
    assertThat(rollout.reason()).endsWith("; nodes that had the commit go back");
  }

  @Test
  void aNodeThatConvergesAfterAllIsNoFailureAnyMore() {
    step(rolling(4, 1));
    set("node-1", DOWN);
    step(rolling(4, 1));
    set("node-1", CONVERGED);
    set("node-2", DOWN);
    step(rolling(4, 1));
    assertThat(rollout.failed()).containsOnlyKeys("node-2");
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.RUNNING);
  }

  @Test
  void aNodeThatHaltedItStaysNamedWhenItsWorkerComesUpAgain() {
    step(rolling(4, 0));
    set("node-1", DOWN);
    step(rolling(4, 0));
    set("node-1", CONVERGED);
    step(rolling(4, 0));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.HALTED);
    assertThat(rollout.failed()).containsOnlyKeys("node-1");
  }

  @Test
  void whoTakesLongerThanTheDeadlineHasFailed() {
    step(rolling(1, 0));
    set("node-1", UNDER_WAY);
    assertThat(last.lookAgainAt()).contains(now.plus(Duration.ofMinutes(30)));
    after(Duration.ofMinutes(30), rolling(1, 0));
    assertThat(rollout.reason())
        .isEqualTo(
            "1 node failed, more than the failure budget of 0: node-1 (took longer than 30m)");
  }

  @Test
  void aNodeThatFallsSilentWithTheCommitHoldsTheOthersAndFailsAtTheDeadline() {
    step(rolling(1, 0));
    set("node-1", LOST);
    step(rolling(1, 0));
    assertThat(released()).containsExactly("node-1");
    assertThat(last.waiting().get("node-2"))
        .isEqualTo("waiting: 1 of 1 that may be unavailable: node-1 (its agent was stopped)");
    assertThat(last.lookAgainAt()).contains(now.plus(Duration.ofMinutes(30)));
    after(Duration.ofMinutes(30), rolling(1, 0));
    assertThat(released()).containsExactly("node-1");
    assertThat(rollout.reason())
        .isEqualTo(
            "1 node failed, more than the failure budget of 0: node-1 (its agent was stopped, and"
                + " is not back within 30m)");
  }

  @Test
  void aNodeThatWasLostAndComesBackWellIsNoFailure() {
    step(rolling(1, 0));
    set("node-1", LOST);
    after(Duration.ofMinutes(29), rolling(1, 0));
    set("node-1", CONVERGED);
    after(Duration.ofMinutes(2), rolling(1, 0));
    assertThat(rollout.failed()).isEmpty();
    assertThat(released()).containsExactly("node-1", "node-2");
  }

  @Test
  void aNodeThatIsLostWhenNobodyElseIsLeftKeepsNothingFromItsEnd() {
    step(rolling(4, 0));
    List.of("node-1", "node-2", "node-3").forEach(name -> set(name, CONVERGED));
    set("node-4", LOST);
    step(rolling(4, 0));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.DONE);
    after(Duration.ofMinutes(31), rolling(4, 0));
    assertThat(rollout.failed()).isEmpty();
  }

  @Test
  void aLostCanaryIsNotReplacedAndTheOthersDoNotGo() {
    RolloutSpec first =
        spec(new Strategy.Canary(new CanaryNodes.First(1), Duration.ZERO, false), 1, 0);
    step(first);
    set("node-1", LOST);
    step(first);
    assertThat(released()).containsExactly("node-1");
    assertThat(last.waiting())
        .containsValue("waiting: canary node-1 (its agent was stopped) has not run it well yet");
    after(Duration.ofMinutes(30), first);
    assertThat(released()).containsExactly("node-1");
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.HALTED);
  }

  @Test
  void aBarrierDoesNotOpenWhileANodeIsLostThatWasGettingReady() {
    RolloutSpec barrier = spec(new Strategy.Barrier(), 1, 1);
    step(barrier);
    List.of("node-1", "node-2", "node-3").forEach(name -> set(name, READY));
    set("node-4", LOST);
    step(barrier);
    assertThat(rollout.gate().isOpen()).isFalse();
    after(Duration.ofMinutes(30), barrier);
    assertThat(rollout.gate().isOpen()).as("one failure is within the budget").isTrue();
  }

  @Test
  void aNodeThatAStartedServerHasNotHeardOfIsNotLateYet() {
    step(rolling(1, 0));
    set("node-1", UNHEARD);
    after(Duration.ofHours(2), rolling(1, 0));
    assertThat(rollout.failed()).isEmpty();
    assertThat(released()).containsExactly("node-1");
    set("node-1", CONVERGED);
    step(rolling(1, 0));
    assertThat(released()).containsExactly("node-1", "node-2");
  }

  @Test
  void aNodeThatHasConvergedInTimeAndIsUnderWayLaterHasTheRestOfItsTime() {
    RolloutSpec held = canary(true);
    step(held);
    after(Duration.ofMinutes(2), held);
    set("node-1", CONVERGED);
    step(held);
    rollout = RolloutOrders.pause(rollout, "ann", "looks odd");
    after(Duration.ofMinutes(60), held);
    set("node-1", UNDER_WAY);
    after(Duration.ofMinutes(1), held);
    assertThat(rollout.failed()).isEmpty();
    after(Duration.ofMinutes(27), held);
    assertThat(rollout.failed()).isEmpty();
    after(Duration.ofMinutes(2), held);
    assertThat(rollout.failed()).containsEntry("node-1", "took longer than 30m");
  }

  @Test
  void theTimeOfANodeStandsStillWhileItIsNoMember() {
    List.of("node-2", "node-3", "node-4").forEach(name -> set(name, ABSENT));
    step(rolling(1, 0));
    set("node-1", UNDER_WAY);
    after(Duration.ofMinutes(10), rolling(1, 0));
    RolloutMember pinned = members.remove("node-1");
    step(rolling(1, 0));
    after(Duration.ofHours(2), rolling(1, 0));
    members.put("node-1", pinned);
    step(rolling(1, 0));
    after(Duration.ofMinutes(10), rolling(1, 0));
    assertThat(rollout.failed()).isEmpty();
    after(Duration.ofMinutes(11), rolling(1, 0));
    assertThat(rollout.failed()).containsOnlyKeys("node-1");
  }

  @Test
  void theTimeOfADowntimeIsNobodys() {
    step(rolling(1, 0));
    set("node-1", UNDER_WAY);
    after(Duration.ofMinutes(5), rolling(1, 0));
    Instant heard = now;
    now = now.plus(Duration.ofHours(2));
    members.put("node-1", new RolloutMember("node-1", Map.of(), UNHEARD, "", heard));
    step(rolling(1, 0));
    set("node-1", UNDER_WAY);
    after(Duration.ofMinutes(1), rolling(1, 0));
    assertThat(rollout.failed()).isEmpty();
    after(Duration.ofMinutes(25), rolling(1, 0));
    assertThat(rollout.failed()).containsOnlyKeys("node-1");
  }

  @Test
  void aNodeThatIsLostAlsoAfterADowntimeHoldsTheOthers() {
    step(rolling(1, 0));
    Instant heard = now.plusSeconds(90);
    now = now.plus(Duration.ofHours(2));
    members.put("node-1", new RolloutMember("node-1", Map.of(), UNHEARD, "", heard));
    step(rolling(1, 0));
    now = now.plusSeconds(45);
    assertThat(rollout.hasLost("node-1", rolling(1, 0), false, heard)).isTrue();
    set("node-1", LOST);
    step(rolling(1, 0));
    assertThat(rollout.hasLost("node-1", rolling(1, 0), false, heard)).isTrue();
    assertThat(released()).containsExactly("node-1");
  }

  @Test
  void aNodeThatWasAwayWhenItWasGivenTheCommitIsNotLost() {
    set("node-4", ABSENT);
    Instant heard = now.minusSeconds(50);
    step(RolloutSpec.ALL_AT_ONCE);
    assertThat(rollout.hasLost("node-4", RolloutSpec.ALL_AT_ONCE, false, heard)).isFalse();
    now = now.plusSeconds(30);
    members.put("node-4", new RolloutMember("node-4", Map.of(), UNHEARD, "", heard));
    step(RolloutSpec.ALL_AT_ONCE);
    assertThat(rollout.hasLost("node-4", RolloutSpec.ALL_AT_ONCE, false, heard)).isFalse();
  }

  @Test
  void whoComesBackAfterTheEndDoesNotWaitForOneThatFailedWithinTheBudget() {
    set("node-4", ABSENT);
    step(rolling(3, 1));
    set("node-1", DOWN);
    List.of("node-2", "node-3").forEach(name -> set(name, CONVERGED));
    step(rolling(3, 1));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.DONE);
    List.of("node-2", "node-3").forEach(name -> set(name, DOWN));
    set("node-4", BEFORE);
    step(rolling(3, 1));
    assertThat(released()).contains("node-4");
  }

  @Test
  void aHaltKeepsThePauseInMindAndPromoteDoesNotOverrideIt() {
    step(rolling(2, 0));
    rollout = RolloutOrders.pause(rollout, "ann", "looks odd");
    set("node-1", DOWN);
    step(rolling(2, 0));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.HALTED);
    assertThatThrownBy(() -> RolloutOrders.promote("main", rollout, now))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("paused by ann: looks odd");
    rollout = RolloutOrders.resume(rollout);
    assertThat(rollout.paused()).isEmpty();
    assertThat(RolloutOrders.promote("main", rollout, now).phase()).isEqualTo(RolloutPhase.RUNNING);
  }

  @Test
  void haltsWhenEveryoneFailedWithinTheBudget() {
    for (RolloutSpec spec : List.of(spec(new Strategy.Barrier(), 1, 9), rolling(4, 9))) {
      rollout = Rollout.begin(members.keySet());
      members.keySet().forEach(name -> set(name, BEFORE));
      step(spec);
      List.copyOf(members.keySet()).forEach(name -> set(name, ROLLED_BACK));
      step(spec);
      assertThat(rollout.phase()).isEqualTo(RolloutPhase.HALTED);
      assertThat(rollout.reason())
          .isEqualTo("every node that can be reached has failed: node-1, node-2, node-3, node-4");
      rollout = RolloutOrders.resume(rollout);
      step(spec);
      assertThat(rollout.phase()).as("who resumed it knows").isEqualTo(RolloutPhase.RUNNING);
    }
  }

  @Test
  void aFreezeInTheMiddleDoesNotEndItSoThatFailuresAfterItStillHalt() {
    step(rolling(1, 0));
    set("node-1", CONVERGED);
    List.of("node-2", "node-3", "node-4").forEach(name -> set(name, HELD));
    step(rolling(1, 0));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.RUNNING);
    assertThat(released()).containsExactly("node-1");
    List.of("node-2", "node-3", "node-4").forEach(name -> set(name, BEFORE));
    step(rolling(1, 0));
    set("node-2", ROLLED_BACK);
    step(rolling(1, 0));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.HALTED);
  }

  @Test
  void aLateNodeIsACanaryWhereNoneWasThereAtTheBeginning() {
    rollout = Rollout.begin(Set.of("node-3", "node-4"));
    step(canary(true));
    assertThat(released()).containsExactly("node-1");
  }

  @Test
  void aFreezeHaltsNoRolloutThatIsWithinItsBudget() {
    step(rolling(1, 1));
    set("node-1", ROLLED_BACK);
    List.of("node-2", "node-3", "node-4").forEach(name -> set(name, HELD));
    step(rolling(1, 1));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.RUNNING);
    List.of("node-2", "node-3", "node-4").forEach(name -> set(name, BEFORE));
    step(rolling(1, 1));
    assertThat(released()).containsExactly("node-1", "node-2");
  }

  @Test
  void whereEveryCanaryHasFailedWithinTheBudgetItHaltsAndSaysSo() {
    RolloutSpec first =
        spec(new Strategy.Canary(new CanaryNodes.First(1), Duration.ZERO, false), 1, 1);
    step(first);
    set("node-1", ROLLED_BACK);
    step(first);
    assertThat(released()).containsExactly("node-1");
    assertThat(rollout.reason()).isEqualTo("every canary that can be reached has failed: node-1");
  }

  @Test
  void aCanaryIsLostAlsoWhileAWindowHoldsAllOthers() {
    step(canary(false));
    set("node-1", LOST);
    List.of("node-2", "node-3", "node-4").forEach(name -> set(name, HELD));
    step(canary(false));
    after(Duration.ofMinutes(31), canary(false));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.HALTED);
  }

  @Test
  void whereNobodyCanBeReachedNobodyIsLost() {
    step(canary(false));
    set("node-1", LOST);
    List.of("node-2", "node-3", "node-4").forEach(name -> set(name, ABSENT));
    after(Duration.ofHours(1), canary(false));
    assertThat(rollout.failed()).isEmpty();
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.RUNNING);
  }

  @Test
  void haltsWhenTheOnlyOneThatMayBeAwayStaysDown() {
    step(rolling(1, 1));
    set("node-1", DOWN);
    step(rolling(1, 1));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.RUNNING);
    after(Duration.ofMinutes(30), rolling(1, 1));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.HALTED);
    assertThat(rollout.reason()).isEqualTo("no other node may be unavailable while node-1 is down");
  }

  @Test
  void theRestGoesOnceTheCanaryHasRunItWellForTheWholeHold() {
    step(canary(false));
    assertThat(released()).containsExactly("node-1");
    assertThat(last.waiting()).containsValue("waiting: canary node-1 has not run it well yet");
    set("node-1", CONVERGED);
    step(canary(false));
    after(Duration.ofMinutes(9), canary(false));
    assertThat(released()).containsExactly("node-1");
    assertThat(last.waiting())
        .containsValue("waiting: canary node-1 has run it well for 9m of 10m");
    assertThat(last.lookAgainAt()).contains(now.plus(Duration.ofMinutes(1)));
    after(Duration.ofMinutes(1), canary(false));
    assertThat(released()).hasSize(4);
  }

  @Test
  void aStartOfTheServerDoesNotBeginTheHoldOfItsCanariesAnew() {
    RolloutSpec spec = canary(new CanaryNodes.Matching(Map.of("role", "grep")));
    set("node-4", ABSENT);
    step(spec);
    set("node-2", CONVERGED);
    set("node-3", CONVERGED);
    step(spec);
    set("node-4", UNHEARD);
    after(Duration.ofMinutes(9), spec);
    assertThat(released()).containsExactly("node-2", "node-3");
    set("node-4", ABSENT);
    after(Duration.ofMinutes(1), spec);
    assertThat(released()).contains("node-1");
  }

  @Test
  void noCanaryIsChosenOfWhomAServerHasNotHeardSinceItsStart() {
    set("node-1", UNHEARD);
    step(canary(new CanaryNodes.First(1)));
    assertThat(released()).containsExactly("node-2");
  }

  private static RolloutSpec canary(CanaryNodes nodes) {
    return spec(new Strategy.Canary(nodes, Duration.ofMinutes(10), false), 1, 0);
  }

  @Test
  void aCanaryThatIsNotWellInBetweenBeginsItsHoldAnew() {
    step(canary(true));
    set("node-1", CONVERGED);
    step(canary(true));
    set("node-1", UNDER_WAY);
    after(Duration.ofMinutes(9), canary(true));
    set("node-1", CONVERGED);
    after(Duration.ofMinutes(1), canary(true));
    assertThat(released()).containsExactly("node-1");
    after(Duration.ofMinutes(10), canary(true));
    assertThat(released()).containsExactly("node-1", "node-2");
  }

  @Test
  void aCanaryThatFailsStopsItBeforeAnyoneElse() {
    step(canary(false));
    set("node-1", ROLLED_BACK);
    step(canary(false));
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.HALTED);
    assertThat(released()).containsExactly("node-1");
  }

  @Test
  void noCanaryThatCanBeReachedIsNoProofAndPromoteLetsTheOthersGo() {
    set("node-1", ABSENT);
    step(canary(false));
    assertThat(released()).isEmpty();
    assertThat(last.waiting())
        .containsValue(
            "waiting: no canary can be reached: node-1; to go on without a canary: pullcord promote"
                + " main");
    rollout = RolloutOrders.promote("main", rollout, now);
    step(canary(false));
    assertThat(released()).containsAll(List.of("node-2", "node-3", "node-4"));
  }

  @Test
  void aCanaryThatIsHeldIsNotSaidToBeOutOfReach() {
    set("node-1", EXEMPT);
    step(canary(false));
    assertThat(released()).isEmpty();
    assertThat(last.waiting())
        .containsValue(
            "waiting: no canary takes part, see pullcord why NODE: node-1; to go on without a"
                + " canary: pullcord promote main");
  }

  @Test
  void whatIsToBeTypedIsQuotedForAShell() {
    Rollout paused = RolloutOrders.pause(rollout, "ann", "odd");
    assertThatThrownBy(() -> RolloutOrders.promote("a;reboot", paused, now))
        .hasMessageEndingWith(
            "to promote it: pullcord resume 'a;reboot', then pullcord promote 'a;reboot'");
  }

  @Test
  void ofANumberOfCanariesOneThatGoesAwayIsReplaced() {
    RolloutSpec first =
        spec(new Strategy.Canary(new CanaryNodes.First(1), Duration.ZERO, true), 1, 0);
    step(first);
    assertThat(released()).containsExactly("node-1");
    set("node-1", ABSENT);
    step(first);
    assertThat(released()).containsExactly("node-1", "node-2");
    assertThat(rollout.gate().isOpen()).isFalse();
  }

  @Test
  void theBarrierOpensWhenEveryoneWhoCanBeReachedIsReady() {
    RolloutSpec barrier = spec(new Strategy.Barrier(), 1, 0);
    set("node-4", ABSENT);
    step(barrier);
    assertThat(released()).hasSize(4);
    List.of("node-1", "node-2").forEach(name -> set(name, READY));
    step(barrier);
    assertThat(rollout.gate().isOpen()).isFalse();
    set("node-3", READY);
    step(barrier);
    assertThat(rollout.gate().openedAt()).isEqualTo(now);
  }

  @Test
  void aNodeThatCannotGetReadyWithinTheBudgetDoesNotKeepTheBarrierShut() {
    RolloutSpec barrier = spec(new Strategy.Barrier(), 1, 1);
    step(barrier);
    List.of("node-1", "node-2", "node-3").forEach(name -> set(name, READY));
    set("node-4", ROLLED_BACK);
    step(barrier);
    assertThat(rollout.gate().isOpen()).isTrue();
  }

  @Test
  void theTimeOfANodeThatIsHeldOrAwayStandsStill() {
    RolloutSpec all =
        new RolloutSpec(
            new Strategy.All(),
            new NodeShare(1, false),
            0,
            OnHalt.ROLLBACK,
            Duration.ofMinutes(30));
    set("node-1", EXEMPT);
    set("node-2", ABSENT);
    List.of("node-3", "node-4").forEach(name -> set(name, EXEMPT));
    step(all);
    assertThat(released()).hasSize(4);
    List.of("node-1", "node-2").forEach(name -> set(name, BEFORE));
    List.of("node-3", "node-4").forEach(name -> set(name, CONVERGED));
    after(Duration.ofHours(2), all);
    assertThat(rollout.failed()).isEmpty();
    after(Duration.ofMinutes(20), all);
    set("node-2", ABSENT);
    after(Duration.ZERO, all);
    set("node-2", UNDER_WAY);
    after(Duration.ofMinutes(9), all);
    assertThat(rollout.failed()).isEmpty();

    after(Duration.ofMinutes(1), all);

    assertThat(rollout.failed()).containsOnlyKeys("node-1");
    assertThat(rollout.phase()).isEqualTo(RolloutPhase.HALTED);
  }

  @Test
  void aClockIsReadBackAsItWasWrittenAlsoByServersOfBefore() {
    MemberClock stopped = MemberClock.from(now).stopped(now.plusSeconds(3));
    assertThat(MemberClock.of(stopped.text())).isEqualTo(stopped);
    assertThat(MemberClock.of("2026-01-01T00:00:00Z")).isEqualTo(MemberClock.from(now));
    assertThat(stopped.running(now.plusSeconds(10)).since()).isEqualTo(now.plusSeconds(7));
  }

  @Test
  void whilePausedNobodyElseGoesAndEverybodySaysWhy() {
    step(rolling(1, 0));
    set("node-1", CONVERGED);
    rollout = RolloutOrders.pause(rollout, "ann", "looks odd");
    step(rolling(1, 0));
    assertThat(released()).containsExactly("node-1");
    assertThat(last.waiting())
        .hasSize(3)
        .containsValue("waiting: the rollout is paused by ann: looks odd");
    rollout = RolloutOrders.resume(rollout);
    step(rolling(1, 0));
    assertThat(released()).containsExactly("node-1", "node-2");
  }

  @Test
  void resumedAfterAHaltItForgivesWhatHaltedItAndNothingElse() {
    step(rolling(1, 0));
    set("node-1", ROLLED_BACK);
    step(rolling(1, 0));
    rollout = RolloutOrders.resume(rollout);
    step(rolling(1, 0));
    assertThat(released()).containsExactly("node-1", "node-2");
    set("node-2", ROLLED_BACK);
    step(rolling(1, 0));
    assertThat(rollout.reason())
        .isEqualTo("1 node failed, more than the failure budget of 0: node-2 (check exited 1)");
  }

  @Test
  void aNodeThatJoinsLateGoesLast() {
    set("node-0", BEFORE);
    step(rolling(1, 0));
    assertThat(released()).containsExactly("node-1");
  }

  @Test
  void anOrderThatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> RolloutOrders.resume(rollout))
        .isInstanceOf(Refusal.class)
        .hasMessage("a rollout that is running cannot be resumed");
  }
}
