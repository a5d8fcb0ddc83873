package dev.pullcord.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Rollouts over 50 nodes, through faults, kills and orders: 40 of them, 1,000 with --full. */
class RolloutSimulationTest {
  private static final int SEEDS = Boolean.getBoolean("pullcord.full") ? 1_000 : 40;
  private static final RolloutSimulation.Planner OURS =
      (before, spec, members, now) -> RolloutPlanner.next("main", before, spec, members, now);

  @Test
  void keepsItsLimitsAndEndsInANamedState() {
    LongStream.range(0, SEEDS)
        .forEach(seed ->
            assertThat(new RolloutSimulation(seed, OURS, true).run())
                .as("seed %d", seed)
                .isEmpty());
  }

  @Test
  void theSameSeedIsTheSameRunToTheByte() {
    LongStream.range(0, 10)
        .forEach(seed -> {
          RolloutSimulation one = new RolloutSimulation(seed, OURS, true);
          RolloutSimulation other = new RolloutSimulation(seed, OURS, true);
          one.run();
          other.run();
          assertThat(one.transcript()).isNotEmpty().isEqualTo(other.transcript());
        });
  }

  @Test
  void findsAPlannerThatTakesOneNodeTooMany() {
    assertThat(
            found(
                (before, spec, members, now) ->
                    RolloutPlanner.next("main", before, oneMore(spec), members, now),
                true))
        .isTrue();
  }

  @Test
  void findsAServerThatTellsBeforeItStores() {
    assertThat(found(OURS, false)).isTrue();
  }

  @Test
  void findsAPlannerThatForgetsTheBudget() {
    assertThat(
            found(
                (before, spec, members, now) ->
                    RolloutPlanner.next(
                        "main", before, withBudget(spec, 3 + spec.failureBudget()), members, now),
                true))
        .isTrue();
  }

  @Test
  void findsAPlannerThatGoesOnPastNodesThatWereLost() {
    assertThat(
            found(
                (before, spec, members, now) ->
                    RolloutPlanner.next(
                        "main",
                        before,
                        spec,
                        members.stream()
                            .map(m ->
                                m.standing() == MemberStanding.LOST
                                    ? m.as(MemberStanding.ABSENT)
                                    : m)
                            .toList(),
                        now),
                true))
        .isTrue();
  }

  private static boolean found(RolloutSimulation.Planner planner, boolean storesFirst) {
    return LongStream.range(0, SEEDS)
        .anyMatch(seed -> !new RolloutSimulation(seed, planner, storesFirst).run().isEmpty());
  }

  private static RolloutSpec oneMore(RolloutSpec spec) {
    int most = spec.maxUnavailable().of(50) + 1;
    return new RolloutSpec(
        spec.strategy(),
        new NodeShare(most, false),
        spec.failureBudget(),
        spec.onHalt(),
        spec.deadline());
  }

  private static RolloutSpec withBudget(RolloutSpec spec, int budget) {
    return new RolloutSpec(
        spec.strategy(), spec.maxUnavailable(), budget, spec.onHalt(), spec.deadline());
  }
}
