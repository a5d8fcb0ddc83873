package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.manifest.node.NodeRules;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.yaml.Problems;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlDocument;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code pullcord.yaml}: every problem that can be found is in the result, in the order of
 * the file. It owns all that can be wrong with the manifest as text; what needs the repository's
 * tree or a node's own policy is checked by the agent and the server.
 *
 * <p>A key that is not known is refused, so that nothing is ever ignored. Of a manifest with
 * another {@code version} only that is said, because its other parts may be right in that version.
 */
public final class ManifestParser {
  private static final String PREFIX = "MANIFEST";

  private ManifestParser() {}

  /** Reads a manifest; never throws for what is in it. */
  public static ManifestResult parse(byte[] content) {
    YamlDocument document = YamlDocument.read(content, Manifest.FILE, PREFIX);
    Problems problems = document.problems();
    Section root = document.root();
    if (!versionIsKnown(root)) {
      return invalid(problems);
    }
    Map<String, Bundle> bundles = BundleReader.read(root);
    PythonSpec python = PythonReader.read(root);
    List<CommandSpec> prepare =
        CommandReader.commands(root, "prepare", Limits.TIME_LIMIT_MAX, Limits.PREPARE_TIMEOUT);
    List<CommandSpec> check =
        CommandReader.commands(root, "check", Limits.COMMAND_TIMEOUT_MAX, Limits.CHECK_TIMEOUT);
    Map<String, WorkerReader.Placed> workers = WorkerReader.read(root);
    RolloutSpec rollout = RolloutReader.read(root);
    List<Window> windows = WindowReader.read(root);
    Map<String, ActionSpec> actions = ActionReader.read(root);
    NodeRules nodes = NodeReader.read(root, workers);
    root.finish();
    return problems.none()
        ? new ManifestResult.Valid(
            new Manifest(
                PythonReader.with(python, bundles),
                python,
                prepare,
                check,
                specs(workers),
                nodes,
                actions,
                rollout,
                windows))
        : invalid(problems);
  }

  private static Map<String, WorkerSpec> specs(Map<String, WorkerReader.Placed> workers) {
    Map<String, WorkerSpec> specs = new LinkedHashMap<>();
    workers.forEach((name, worker) -> specs.put(name, worker.spec()));
    return specs;
  }

  /**
   * The manifest as a node with these labels has it: with the workers that it is to run. Invalid
   * when entries of {@code nodes} that are right each for itself meet on it and do not go together.
   */
  public static ManifestResult on(Manifest manifest, Map<String, String> labels) {
    Problems problems = new Problems(Manifest.FILE, PREFIX);
    NodeRules rules = manifest.nodes();
    Map<String, WorkerSpec> workers = new LinkedHashMap<>();
    manifest
        .workers()
        .forEach((name, spec) -> {
          WorkerReader.Placed worker =
              NodeReader.worker(name, labels, rules, problems)
                  .orElseGet(() ->
                      new WorkerReader.Placed(spec, rules.placed().getOrDefault(name, Map.of())));
          if (Labels.hold(worker.nodes(), labels)) {
            workers.put(name, worker.spec());
          }
        });
    return problems.none() ? new ManifestResult.Valid(manifest.with(workers)) : invalid(problems);
  }

  private static ManifestResult invalid(Problems problems) {
    return new ManifestResult.Invalid(
        problems.list().stream()
            .map(p ->
                new ManifestProblem(
                    p.code(), p.position().line(), p.position().column(), p.path(), p.message()))
            .toList());
  }

  /** Whether the rest can be judged: a missing or misspelt version is a problem like any other. */
  private static boolean versionIsKnown(Section root) {
    if (!root.require("version")) {
      return true;
    }
    YamlNode node = root.node("version").orElseThrow();
    if (node instanceof YamlNode.Broken) {
      return true;
    }
    if (!(node instanceof YamlNode.Scalar scalar)
        || scalar.kind() != YamlNode.Scalar.Kind.INTEGER) {
      root.problems()
          .add("TYPE", node, node.shown() + " stands here; the number 1 is expected, unquoted");
      return true;
    }
    if (scalar.text().equals(Integer.toString(Manifest.VERSION))) {
      return true;
    }
    root.problems()
        .add(
            "VERSION",
            node,
            "version "
                + node.shown()
                + " is not known: this program knows 1; write 1, or upgrade Pullcord first");
    return false;
  }
}
