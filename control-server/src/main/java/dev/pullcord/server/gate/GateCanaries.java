package dev.pullcord.server.gate;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.fleet.NodeRecord;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Chooses which nodes try a commit before its branch moves. Pure: of the nodes that follow the
 * branch, those that the commit's manifest names as canaries, else the first by name. A node that
 * cannot be reached, is pinned, suspended or held tries nothing.
 */
final class GateCanaries {
  private GateCanaries() {}

  static List<NodeName> of(String branch, RolloutSpec spec, Collection<NodeRecord> fleet) {
    List<NodeRecord> able =
        fleet.stream()
            .filter(node -> branch.equals(node.settings().ref()))
            .filter(GateCanaries::isAble)
            .sorted(Comparator.comparing(node -> node.name().value()))
            .toList();
    RolloutSpec.CanaryNodes chosen =
        spec.strategy().first().orElse(new RolloutSpec.CanaryNodes.First(1));
    return switch (chosen) {
      case RolloutSpec.CanaryNodes.Matching(Map<String, String> labels) ->
          able.stream()
              .filter(node -> node.settings().labels().entrySet().containsAll(labels.entrySet()))
              .map(NodeRecord::name)
              .toList();
      case RolloutSpec.CanaryNodes.First(int count) ->
          able.stream().limit(count).map(NodeRecord::name).toList();
    };
  }

  private static boolean isAble(NodeRecord node) {
    return node.pin() == null
        && node.suspension() == null
        && node.reachable()
        && node.state() != NodeState.HELD;
  }
}
