package dev.pullcord.protocol.manifest.node;

import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the workers differ from node to node: on which nodes each runs, and what the entries of
 * {@code nodes} change there. Kept as it is written, because which entries meet on a node is known
 * only with its labels.
 *
 * @param placed the labels that a node needs for a worker; not in it is one that runs everywhere
 * @param written the workers as they are written
 * @param entries in the order of the file
 */
public record NodeRules(
    Map<String, Map<String, String>> placed,
    Map<String, YamlNode.Mapping> written,
    List<Rule> entries) {
  /** All nodes are alike. */
  public static final NodeRules NONE = new NodeRules(Map.of(), Map.of(), List.of());

  /** Copies. */
  public NodeRules {
    placed = Collections.unmodifiableMap(new LinkedHashMap<>(placed));
    written = Collections.unmodifiableMap(new LinkedHashMap<>(written));
    entries = List.copyOf(entries);
  }

  /**
   * An entry of {@code nodes}.
   *
   * @param match the labels that a node needs
   * @param workers what it changes, by worker
   */
  public record Rule(Map<String, String> match, Map<String, YamlNode.Mapping> workers) {
    /** Copies. */
    public Rule {
      match = Map.copyOf(match);
      workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
    }
  }

  /** The workers that some entry changes on a node with these labels. */
  public List<YamlNode.Mapping> changes(String worker, Map<String, String> labels) {
    return entries.stream()
        .filter(entry -> Labels.hold(entry.match(), labels))
        .flatMap(entry -> entry.workers().entrySet().stream())
        .filter(change -> change.getKey().equals(worker))
        .map(Map.Entry::getValue)
        .toList();
  }
}
