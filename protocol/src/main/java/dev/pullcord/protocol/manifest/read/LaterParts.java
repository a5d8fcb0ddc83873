package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The sections that this version understands and does not do. Each is checked in full, so that a
 * manifest for a later version is wrong in no other way, and then refused by name.
 */
final class LaterParts {
  private static final Map<String, String> STRATEGIES =
      Limits.words("all", "rolling", "canary", "barrier");
  private static final Pattern PERCENT = Pattern.compile("([1-9][0-9]?|100)%");
  private static final int NODES_MAX = 100_000;

  private LaterParts() {}

  static void rollout(Section root) {
    root.section("rollout")
        .ifPresent(rollout -> {
          rollout.choice("strategy", STRATEGIES);
          rollout.node("max-unavailable").ifPresent(n -> maxUnavailable(rollout, n));
          rollout.integer("failure-budget", 0, NODES_MAX);
          rollout.finish();
        });
    Limits.notInThisVersion(root, "rollout");
  }

  private static void maxUnavailable(Section rollout, YamlNode node) {
    if (node instanceof YamlNode.Scalar s && s.kind() == YamlNode.Scalar.Kind.INTEGER) {
      rollout.integer("max-unavailable", 1, NODES_MAX);
      return;
    }
    Optional<String> text = rollout.text("max-unavailable");
    if (text.isPresent() && !PERCENT.matcher(text.get()).matches()) {
      rollout
          .problems()
          .add("RANGE", node, node.shown() + "; a number of nodes or 1% to 100% is expected");
    }
  }
}
