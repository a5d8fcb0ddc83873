package dev.pullcord.protocol.manifest;

import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.List;
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

  static void actions(Section root) {
    root.section("actions")
        .ifPresent(actions -> {
          Limits.count(actions);
          for (YamlNode.Entry entry : actions.entries()) {
            Limits.isName(entry, "an action", root.problems());
            actions.values().section(entry.value()).ifPresent(LaterParts::action);
          }
        });
    Limits.notInThisVersion(root, "actions");
  }

  private static void action(Section action) {
    action.require("run");
    CommandReader.argv(action, "run");
    action.duration("timeout", Limits.TIME_MIN, Limits.TIME_LIMIT_MAX);
    action
        .section("params")
        .ifPresent(params -> {
          Limits.count(params);
          for (YamlNode.Entry entry : params.entries()) {
            Limits.isName(entry, "a parameter", params.problems());
            params
                .values()
                .section(entry.value())
                .ifPresent(param -> {
                  param.require("pattern");
                  param.text("pattern");
                  param.text("default");
                  param.finish();
                });
          }
        });
    action.finish();
  }

  static void nodes(Section root) {
    List<String> workers =
        root.node("workers")
            .filter(YamlNode.Mapping.class::isInstance)
            .map(n -> ((YamlNode.Mapping) n).entries().stream().map(YamlNode.Entry::key).toList())
            .orElse(List.of());
    for (Section node : root.sections("nodes", Limits.ENTRIES)) {
      node.require("match");
      node.section("match").ifPresent(LaterParts::labels);
      node.section("workers").ifPresent(overrides -> overrides(overrides, workers));
      node.finish();
    }
    Limits.notInThisVersion(root, "nodes");
  }

  private static void overrides(Section overrides, List<String> workers) {
    for (YamlNode.Entry entry : overrides.entries()) {
      if (!workers.contains(entry.key())) {
        overrides
            .problems()
            .add(
                "UNKNOWN_KEY",
                entry.position(),
                entry.path(),
                "there is no worker "
                    + (Shown.of(entry.key()) + " to change")
                    + DidYouMean.of(entry.key(), workers));
      }
      overrides
          .values()
          .section(entry.value())
          .ifPresent(section -> WorkerReader.override(entry.key(), section));
    }
  }

  /** A mapping of label names to values. */
  static void labels(Section labels) {
    for (YamlNode.Entry entry : labels.entries()) {
      Limits.isName(entry, "a label", labels.problems());
      labels.values().text(entry.value());
    }
  }
}
