package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.node.NodeRules;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.protocol.yaml.Merge;
import dev.pullcord.protocol.yaml.Problems;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.Values;
import dev.pullcord.protocol.yaml.YamlNode;
import dev.pullcord.protocol.yaml.YamlProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code nodes}, and works out the workers of a node. What an entry makes of a worker is
 * checked like a worker that is written so, as a node with exactly its labels would have it; what
 * is wrong with the whole and not with one of its parts is said where the entry stands.
 */
final class NodeReader {
  private NodeReader() {}

  /** The labels that a mapping asks for; it has to ask for one. */
  static Map<String, String> labels(Section labels) {
    Map<String, String> asked = new LinkedHashMap<>();
    Limits.count(labels);
    if (labels.mapping().entries().isEmpty()) {
      labels.problems().add("REQUIRED", labels.mapping(), "no label; {role: gpu} would be one");
    }
    for (YamlNode.Entry entry : labels.entries()) {
      if (!Labels.isName(entry.key())) {
        labels
            .problems()
            .add(
                "NAME",
                entry.position(),
                entry.path(),
                Quoted.of(entry.key()) + " is not a label's name: " + Labels.NAME_EXPECTED);
      }
      labels
          .values()
          .text(entry.value())
          .ifPresent(value -> {
            asked.put(entry.key(), value);
            if (!Labels.isValue(value)) {
              labels
                  .problems()
                  .add(
                      "VALUE",
                      entry.value(),
                      Quoted.of(value) + " is not a label's value: " + Labels.VALUE_EXPECTED);
            }
          });
    }
    return asked;
  }

  /** All of it, with what each entry makes of its workers checked. */
  static NodeRules read(Section root, Map<String, WorkerReader.Placed> workers) {
    Map<String, Map<String, String>> placed = new LinkedHashMap<>();
    workers.forEach((name, worker) -> {
      if (!worker.nodes().isEmpty()) {
        placed.put(name, worker.nodes());
      }
    });
    Map<String, YamlNode.Mapping> written = written(root);
    List<NodeRules.Rule> entries = new ArrayList<>();
    for (Section node : root.sections("nodes", Limits.ENTRIES)) {
      node.require("match");
      Map<String, String> match = node.section("match").map(NodeReader::labels).orElse(Map.of());
      Map<String, YamlNode.Mapping> changes = new LinkedHashMap<>();
      node.section("workers")
          .ifPresent(overrides -> {
            for (YamlNode.Entry entry : overrides.entries()) {
              boolean good = partIsGood(entry, overrides, written);
              if (entry.value() instanceof YamlNode.Mapping change
                  && written.containsKey(entry.key())) {
                changes.put(entry.key(), change);
                List<NodeRules.Rule> all = new ArrayList<>(entries);
                all.add(new NodeRules.Rule(match, changes));
                if (good && workers.containsKey(entry.key())) {
                  worker(entry.key(), match, new NodeRules(placed, written, all), root.problems());
                }
              }
            }
          });
      node.finish();
      entries.add(new NodeRules.Rule(match, changes));
    }
    return entries.isEmpty() && placed.isEmpty()
        ? NodeRules.NONE
        : new NodeRules(placed, written, entries);
  }

  private static Map<String, YamlNode.Mapping> written(Section root) {
    Map<String, YamlNode.Mapping> written = new LinkedHashMap<>();
    if (root.node("workers").orElse(null) instanceof YamlNode.Mapping workers) {
      for (YamlNode.Entry worker : workers.entries()) {
        if (worker.value() instanceof YamlNode.Mapping mapping) {
          written.put(worker.key(), mapping);
        }
      }
    }
    return written;
  }

  /** Whether nothing is wrong with what an entry says of a worker, whatever it is laid over. */
  private static boolean partIsGood(
      YamlNode.Entry entry, Section overrides, Map<String, YamlNode.Mapping> written) {
    Problems problems = overrides.problems();
    int before = problems.list().size();
    if (!written.containsKey(entry.key())) {
      problems.add(
          "UNKNOWN_KEY",
          entry.position(),
          entry.path(),
          "there is no worker "
              + (Quoted.of(entry.key()) + " to change")
              + DidYouMean.of(entry.key(), written.keySet()));
    }
    overrides
        .values()
        .section(entry.value())
        .ifPresent(section -> WorkerReader.override(entry.key(), section));
    return problems.list().size() == before;
  }

  /** Where the old one ends before the new one starts, what is said of its drain means nothing. */
  private static boolean stopsStarting(List<YamlNode.Mapping> changes) {
    return changes.stream()
            .flatMap(change -> change.find("restart").stream())
            .reduce((earlier, later) -> later)
            .filter(e -> e.value() instanceof YamlNode.Scalar s && s.text().equals("stop-start"))
            .isPresent()
        && changes.stream().allMatch(change -> change.find("drain").isEmpty());
  }

  /** A worker on a node with these labels; what is wrong with it is said where it is changed. */
  static Optional<WorkerReader.Placed> worker(
      String name, Map<String, String> labels, NodeRules rules, Problems problems) {
    YamlNode.Mapping merged = rules.written().get(name);
    List<YamlNode.Mapping> changes = rules.changes(name, labels);
    if (merged == null || changes.isEmpty()) {
      return Optional.empty();
    }
    if (stopsStarting(changes)) {
      merged = DrainReader.withoutOverlap(merged);
    }
    for (YamlNode.Mapping change : changes) {
      merged = Merge.over(merged, change);
    }
    YamlNode.Mapping last = changes.getLast();
    Problems found = problems.apart();
    Optional<WorkerReader.Placed> worker =
        new Values(found)
            .section(merged)
            .flatMap(section -> WorkerReader.worker(name, section, true));
    for (YamlProblem problem : found.list()) {
      boolean here =
          changes.stream().anyMatch(c -> (problem.path() + ".").startsWith(c.path() + "."));
      problems.take(
          here ? problem : problem.at(last, problem.path() + " would be wrong with this: "));
    }
    return found.none() ? worker : Optional.empty();
  }
}
