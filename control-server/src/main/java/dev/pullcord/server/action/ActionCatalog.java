package dev.pullcord.server.action;

import dev.pullcord.protocol.action.ActionView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.fleet.FleetModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The actions that the manifests of the fleet declare: of the commits that nodes run. */
final class ActionCatalog {
  private final FleetModel fleet;
  private final CommitSource commits;

  ActionCatalog(FleetModel fleet, CommitSource commits) {
    this.fleet = fleet;
    this.commits = commits;
  }

  private static final class Found {
    private final List<String> commits = new ArrayList<>();
    private int nodes;
  }

  List<ActionView> actions() {
    Map<CommitId, Integer> nodes = new TreeMap<>(Comparator.comparing(CommitId::value));
    fleet.read(snapshot -> {
      snapshot
          .nodes()
          .values()
          .forEach(
              node -> RunRequests.commit(node).ifPresent(id -> nodes.merge(id, 1, Integer::sum)));
      return null;
    });
    Map<ActionSpec, Found> actions = new LinkedHashMap<>();
    nodes.forEach((commit, count) -> {
      if (commits.manifest(commit) instanceof ManifestResult.Valid(Manifest manifest)) {
        manifest
            .actions()
            .values()
            .forEach(action -> {
              Found found = actions.computeIfAbsent(action, _ -> new Found());
              found.commits.add(commit.abbreviated());
              found.nodes += count;
            });
      }
    });
    return actions.entrySet().stream()
        .map(entry -> view(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparing(ActionView::name).thenComparing(v -> -v.nodes()))
        .toList();
  }

  private static ActionView view(ActionSpec action, Found found) {
    return new ActionView(
        action.name(),
        action.run(),
        Durations.format(action.timeout()),
        action.params().entrySet().stream()
            .map(p ->
                new ActionView.Parameter(
                    p.getKey(), p.getValue().pattern().text(), p.getValue().preset()))
            .toList(),
        found.commits,
        found.nodes);
  }
}
