package dev.pullcord.server.githost.repository;

import dev.pullcord.protocol.api.PlanView.Action;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.WorkerIdentity;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What happens to workers on each sort of node, in one list. */
final class SortsOfNodes {
  private final Map<String, Set<String>> there = new LinkedHashMap<>();
  private final Map<String, Map<Action, Set<String>>> found = new LinkedHashMap<>();

  /**
   * One more sort.
   *
   * @param runs what a node of it runs
   * @param actions what it would do
   */
  void add(
      Map<String, String> labels,
      Manifest wanted,
      Map<String, WorkerIdentity> runs,
      Map<String, Action> actions) {
    String sort = labels.isEmpty() ? "elsewhere" : Labels.text(labels);
    Set<String> workers = new LinkedHashSet<>(wanted.workers().keySet());
    workers.addAll(runs.keySet());
    workers.forEach(name -> there.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(sort));
    actions.forEach((name, action) ->
        found
            .computeIfAbsent(name, _ -> new LinkedHashMap<>())
            .computeIfAbsent(action, _ -> new LinkedHashSet<>())
            .add(sort));
  }

  /** By name; {@code grep (role=gpu)} where not all sorts that have the worker do the same. */
  Map<String, Action> actions() {
    Map<String, Action> all = new LinkedHashMap<>();
    found.forEach((name, actions) ->
        actions.forEach((action, sorts) -> {
          boolean everywhere = sorts.equals(there.get(name));
          all.put(everywhere ? name : name + " (" + String.join("; ", sorts) + ")", action);
        }));
    return all;
  }
}
