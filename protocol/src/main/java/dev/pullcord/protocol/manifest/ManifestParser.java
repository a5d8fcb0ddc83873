package dev.pullcord.protocol.manifest;

import dev.pullcord.protocol.yaml.Problems;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlDocument;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code pullcord.yaml}: every problem that can be found is in the result, in the order of
 * the file. It owns all that can be wrong with the manifest as text; what needs the repository's
 * tree or a node's own policy is checked by the agent and the server.
 *
 * <p>The whole manifest is understood and checked, also the parts that this version does not do;
 * those are then refused by name with {@code MANIFEST_NOT_IN_THIS_VERSION}, so that nothing is ever
 * ignored. Of a manifest with another {@code version} only that is said, because its other parts
 * may be right in that version.
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
    Map<String, WorkerSpec> workers = WorkerReader.read(root);
    LaterParts.rollout(root);
    LaterParts.actions(root);
    LaterParts.nodes(root);
    root.finish();
    return problems.none()
        ? new ManifestResult.Valid(
            new Manifest(PythonReader.with(python, bundles), python, prepare, check, workers))
        : invalid(problems);
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
