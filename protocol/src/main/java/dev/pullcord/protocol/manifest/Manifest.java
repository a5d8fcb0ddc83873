package dev.pullcord.protocol.manifest;

import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.manifest.node.NodeRules;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.Window;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A manifest that has passed every check of {@code ManifestParser}; maps keep the order of the
 * file.
 *
 * @param bundles by name
 * @param python what its Python needs; null for nothing
 * @param prepare commands that build what a release needs, in this order
 * @param check commands that decide whether a release may be switched to
 * @param workers by name, as they are written; see {@code ManifestParser.on} for those of a node
 * @param nodes how they differ from node to node
 * @param actions what operators can have run, by name
 * @param rollout how a commit spreads over the nodes of its branch
 * @param windows when something new may be activated; empty for always
 */
public record Manifest(
    Map<String, Bundle> bundles,
    @Nullable PythonSpec python,
    List<CommandSpec> prepare,
    List<CommandSpec> check,
    Map<String, WorkerSpec> workers,
    NodeRules nodes,
    Map<String, ActionSpec> actions,
    RolloutSpec rollout,
    List<Window> windows) {
  /** The file's name, always at the root of the repository. */
  public static final String FILE = "pullcord.yaml";

  /** The version that this program understands. */
  public static final int VERSION = 1;

  /** One that is always open. */
  public Manifest(
      Map<String, Bundle> bundles,
      @Nullable PythonSpec python,
      List<CommandSpec> prepare,
      List<CommandSpec> check,
      Map<String, WorkerSpec> workers,
      NodeRules nodes,
      Map<String, ActionSpec> actions,
      RolloutSpec rollout) {
    this(bundles, python, prepare, check, workers, nodes, actions, rollout, List.of());
  }

  /** For nodes that are all alike. */
  public Manifest(
      Map<String, Bundle> bundles,
      @Nullable PythonSpec python,
      List<CommandSpec> prepare,
      List<CommandSpec> check,
      Map<String, WorkerSpec> workers) {
    this(
        bundles,
        python,
        prepare,
        check,
        workers,
        NodeRules.NONE,
        Map.of(),
        RolloutSpec.ALL_AT_ONCE);
  }

  /** Copies. */
  public Manifest {
    bundles = Collections.unmodifiableMap(new LinkedHashMap<>(bundles));
    prepare = List.copyOf(prepare);
    check = List.copyOf(check);
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
    actions = Collections.unmodifiableMap(new LinkedHashMap<>(actions));
    windows = List.copyOf(windows);
  }

  /** The links that the bundles want on each node: the path in a release by where the link is. */
  public Map<String, String> links() {
    Map<String, String> links = new LinkedHashMap<>();
    for (Bundle bundle : bundles.values()) {
      String path = bundle.paths().isEmpty() ? "" : bundle.paths().getFirst();
      if (bundle.target() != null) {
        links.put(
            bundle.target(), path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
      }
    }
    return links;
  }

  /** The same with these workers, wherever it runs. */
  public Manifest with(Map<String, WorkerSpec> others) {
    return new Manifest(
        bundles, python, prepare, check, others, NodeRules.NONE, actions, rollout, windows);
  }

  /**
   * One set of labels for each sort of node that the manifest tells from the others, beginning with
   * a node without any.
   */
  public Set<Map<String, String>> sorts() {
    Set<Map<String, String>> sorts = new LinkedHashSet<>();
    sorts.add(Map.of());
    nodes.entries().forEach(entry -> sorts.add(entry.match()));
    sorts.addAll(nodes.placed().values());
    return sorts;
  }
}
