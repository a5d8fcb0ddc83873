package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.RolloutSpec.CanaryNodes;
import dev.pullcord.protocol.manifest.node.RolloutSpec.OnHalt;
import dev.pullcord.protocol.manifest.node.RolloutSpec.Strategy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code rollout} says, and what is wrong with it. */
class RolloutReaderTest {
  private static ManifestResult parse(String rollout) {
    String manifest =
        "version: 1\nbundles: {all: {paths: [search/]}}\nworkers: {}\n" + rollout + "\n";
    return ManifestParser.parse(manifest.getBytes(StandardCharsets.UTF_8));
  }

  private static RolloutSpec spec(String rollout) {
    return ((ManifestResult.Valid) parse(rollout)).manifest().rollout();
  }

  private static List<String> problems(String rollout) {
    return ((ManifestResult.Invalid) parse(rollout))
        .problems().stream().map(p -> p.path() + ": " + p.message()).toList();
  }

  @Test
  void withoutItEveryoneIsReachedAtOnce() {
    assertThat(spec("check: []")).isEqualTo(RolloutSpec.ALL_AT_ONCE);
    assertThat(spec("rollout: {strategy: all}")).isEqualTo(RolloutSpec.ALL_AT_ONCE);
  }

  @Test
  void aQuarterOfTheNodesMayBeAwayUnlessItSaysOtherwise() {
    assertThat(spec("rollout: {strategy: rolling}"))
        .isEqualTo(
            new RolloutSpec(
                new Strategy.Rolling(),
                new NodeShare(25, true),
                0,
                OnHalt.STAY,
                Duration.ofMinutes(30)));
  }

  @Test
  void everyStrategyIsReadByItsWord() {
    List<Strategy> all = new ArrayList<>(Strategy.PLAIN);
    all.add(spec("rollout: {strategy: canary}").strategy());

    for (Strategy strategy : all) {
      assertThat(spec("rollout: {strategy: " + strategy.word() + "}").strategy())
          .isEqualTo(strategy);
    }
    assertThat(all).hasSameSizeAs(Strategy.class.getPermittedSubclasses());
  }

  @Test
  void readsAllOfIt() {
    assertThat(
            spec(
                """
                rollout:
                  strategy: canary
                  canary: {match: {role: canary}, hold: 30s, then: all}
                  max-unavailable: 3
                  failure-budget: 2
                  on-halt: rollback
                  deadline: 10m
                """))
        .isEqualTo(
            new RolloutSpec(
                new Strategy.Canary(
                    new CanaryNodes.Matching(Map.of("role", "canary")),
                    Duration.ofSeconds(30),
                    false),
                new NodeShare(3, false),
                2,
                OnHalt.ROLLBACK,
                Duration.ofMinutes(10)));
  }

  @Test
  void aCanaryWithoutMoreIsTheFirstNodeForTenMinutes() {
    assertThat(spec("rollout: {strategy: canary}").strategy())
        .isEqualTo(new Strategy.Canary(new CanaryNodes.First(1), Duration.ofMinutes(10), true));
    assertThat(spec("rollout: {strategy: canary, canary: {nodes: 2}}").strategy())
        .isEqualTo(new Strategy.Canary(new CanaryNodes.First(2), Duration.ofMinutes(10), true));
  }

  @Test
  void saysWhatIsWrongAndWhatWasMeant() {
    assertThat(problems("rollout: {strategy: canary, canary: {nodes: 0, hold: long, than: all}}"))
        .hasSize(3)
        .anyMatch(p -> p.startsWith("rollout.canary.nodes: 0"))
        .anyMatch(p -> p.startsWith("rollout.canary.hold: "))
        .anyMatch(p -> p.startsWith("rollout.canary.than: ") && p.contains("then"));
    assertThat(problems("rollout: {strategy: rolling, on-halt: rolback}"))
        .hasSize(1)
        .anyMatch(p -> p.startsWith("rollout.on-halt: ") && p.contains("rollback"));
  }

  @Test
  void whatTheStrategyDoesNotLookAtIsAMistake() {
    assertThat(problems("rollout: {max-unavailable: 2, canary: {nodes: 1}}"))
        .containsExactly(
            "rollout.max-unavailable: max-unavailable is for strategy rolling or canary, and the"
                + " strategy is all",
            "rollout.canary: canary is for strategy canary, and the strategy is all");
  }

  @Test
  void canariesAreNamedInOneWay() {
    assertThat(problems("rollout: {strategy: canary, canary: {nodes: 1, match: {role: canary}}}"))
        .containsExactly(
            "rollout.canary.nodes: match says already which nodes go first; one of the two is"
                + " expected");
  }
}
