package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.RolloutSpec.CanaryNodes;
import dev.pullcord.protocol.manifest.node.RolloutSpec.Strategy;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code rollout}. */
final class RolloutReader {
  private static final CanaryNodes ONE = new CanaryNodes.First(1);
  private static final Duration HOLD = Duration.ofMinutes(10);
  private static final Map<String, Strategy> STRATEGIES = strategies();
  private static final Map<String, Boolean> THEN = then();
  private static final Map<String, RolloutSpec.OnHalt> ON_HALT = onHalt();
  private static final Pattern PERCENT = Pattern.compile("([1-9][0-9]?|100)%");
  private static final NodeShare MAX_UNAVAILABLE = new NodeShare(25, true);
  private static final int NODES_MAX = 100_000;

  private RolloutReader() {}

  /** Each by its word, as it is where the manifest says no more than that. */
  private static Map<String, Strategy> strategies() {
    Map<String, Strategy> all = new LinkedHashMap<>();
    Strategy.PLAIN.forEach(plain -> all.put(plain.word(), plain));
    all.put(Strategy.Canary.WORD, new Strategy.Canary(ONE, HOLD, true));
    return all;
  }

  private static Map<String, Boolean> then() {
    Map<String, Boolean> then = new LinkedHashMap<>();
    then.put("rolling", true);
    then.put("all", false);
    return then;
  }

  private static Map<String, RolloutSpec.OnHalt> onHalt() {
    Map<String, RolloutSpec.OnHalt> words = new LinkedHashMap<>();
    words.put("stay", RolloutSpec.OnHalt.STAY);
    words.put("rollback", RolloutSpec.OnHalt.ROLLBACK);
    return words;
  }

  static RolloutSpec read(Section root) {
    return root.section("rollout").map(RolloutReader::rollout).orElse(RolloutSpec.ALL_AT_ONCE);
  }

  private static RolloutSpec rollout(Section section) {
    Strategy named = section.choice("strategy", STRATEGIES).orElse(new Strategy.All());
    Optional<Strategy> canary = section.section("canary").map(RolloutReader::canary);
    Optional<NodeShare> most =
        section.node("max-unavailable").flatMap(n -> maxUnavailable(section, n));
    int budget = section.integer("failure-budget", 0, NODES_MAX).orElse(0L).intValue();
    RolloutSpec.OnHalt onHalt = section.choice("on-halt", ON_HALT).orElse(RolloutSpec.OnHalt.STAY);
    Duration deadline =
        section
            .duration("deadline", Limits.TIME_MIN, Limits.TIME_LIMIT_MAX)
            .orElse(RolloutSpec.DEADLINE);
    fits(section, named);
    section.finish();
    Strategy strategy = named instanceof Strategy.Canary ? canary.orElse(named) : named;
    NodeShare usual = strategy.looksAtUnavailable() ? MAX_UNAVAILABLE : NodeShare.ALL;
    return new RolloutSpec(strategy, most.orElse(usual), budget, onHalt, deadline);
  }

  private static Strategy canary(Section section) {
    Optional<CanaryNodes> matching =
        section.section("match").map(labels -> new CanaryNodes.Matching(NodeReader.labels(labels)));
    Optional<CanaryNodes> first =
        section.integer("nodes", 1, NODES_MAX).map(n -> new CanaryNodes.First(n.intValue()));
    if (section.entry("match").isPresent() && section.entry("nodes").isPresent()) {
      section
          .problems()
          .add(
              "VALUE",
              section.node("nodes").orElseThrow(),
              "match says already which nodes go first; one of the two is expected");
    }
    Duration hold = section.duration("hold", Limits.TIME_MIN, Limits.TIME_LIMIT_MAX).orElse(HOLD);
    boolean rolling = section.choice("then", THEN).orElse(true);
    section.finish();
    return new Strategy.Canary(matching.or(() -> first).orElse(ONE), hold, rolling);
  }

  /** What the strategy does not look at is a mistake, not a wish. */
  private static void fits(Section section, Strategy strategy) {
    if (!strategy.looksAtUnavailable()) {
      String those =
          STRATEGIES.values().stream()
              .filter(Strategy::looksAtUnavailable)
              .map(Strategy::word)
              .collect(Collectors.joining(" or "));
      misplaced(section, "max-unavailable", those, strategy);
    }
    if (!(strategy instanceof Strategy.Canary)) {
      misplaced(section, "canary", Strategy.Canary.WORD, strategy);
    }
  }

  private static void misplaced(Section section, String key, String use, Strategy strategy) {
    section
        .node(key)
        .ifPresent(node ->
            section
                .problems()
                .add(
                    "VALUE",
                    node,
                    "%s is for strategy %s, and the strategy is %s"
                        .formatted(key, use, strategy.word())));
  }

  private static Optional<NodeShare> maxUnavailable(Section section, YamlNode node) {
    if (node instanceof YamlNode.Scalar s && s.kind() == YamlNode.Scalar.Kind.INTEGER) {
      return section
          .integer("max-unavailable", 1, NODES_MAX)
          .map(nodes -> new NodeShare(nodes.intValue(), false));
    }
    Optional<Matcher> percent = section.text("max-unavailable").map(PERCENT::matcher);
    if (percent.isPresent() && !percent.get().matches()) {
      section
          .problems()
          .add("RANGE", node, node.shown() + "; a number of nodes or 1% to 100% is expected");
      return Optional.empty();
    }
    return percent.map(p -> new NodeShare(Integer.parseInt(p.group(1)), true));
  }
}
