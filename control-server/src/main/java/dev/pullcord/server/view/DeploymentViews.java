package dev.pullcord.server.view;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.NaturalOrder;
import dev.pullcord.server.deployment.DeploymentJudge;
import dev.pullcord.server.deployment.DeploymentMember;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.DeploymentTable;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shows a deployment: what became of it, and beside that how its nodes are now. Before its end the
 * two are the same; afterwards the first is what was kept.
 */
final class DeploymentViews {
  private DeploymentViews() {}

  /** The nodes whose decision is this deployment. */
  private static Stream<NodeRecord> present(FleetSnapshot fleet, long deployment) {
    return fleet.nodes().values().stream()
        .filter(n -> n.suspension() == null)
        .filter(n -> Objects.equals(n.decision().deployment(), deployment));
  }

  /** One with its members. */
  static DeploymentView of(
      FleetSnapshot fleet,
      DeploymentTable.StoredDeployment row,
      List<DeploymentTable.Member> members,
      boolean withMembers) {
    List<DeploymentMember> all = DeploymentMember.of(fleet, row, members);
    DeploymentTable.StoredDeployment shown =
        row.next() == null ? DeploymentJudge.progressed(row, all) : row;
    Map<NodeState, Integer> counted = new EnumMap<>(NodeState.class);
    all.stream()
        .flatMap(member -> member.outcome().stream())
        .forEach(state -> counted.merge(state, 1, Integer::sum));
    return view(
        shown,
        shown.state(),
        count(all.stream().map(DeploymentMember::state)),
        outcome(shown.ending(), counted),
        withMembers ? members(all) : List.of(),
        count(present(fleet, row.id()).map(NodeRecord::state)));
  }

  private static List<DeploymentView.Member> members(List<DeploymentMember> all) {
    return all.stream()
        .map(DeploymentViews::member)
        .sorted(Comparator.comparing(m -> m.name().value(), NaturalOrder.OF_NAMES))
        .toList();
  }

  /** One that was superseded, without its members. */
  static DeploymentView kept(DeploymentTable.StoredDeployment row, Map<NodeState, Integer> counts) {
    return view(row, row.state(), wire(counts), outcome(row.ending(), counts), List.of(), Map.of());
  }

  private static DeploymentView.@Nullable Outcome outcome(
      DeploymentTable.@Nullable Ending ending, Map<NodeState, Integer> counts) {
    return ending == null
        ? null
        : new DeploymentView.Outcome(
            ending.state(),
            counts.getOrDefault(NodeState.CONVERGED, 0),
            counts.values().stream().mapToInt(n -> n).sum(),
            ending.at());
  }

  private static DeploymentView view(
      DeploymentTable.StoredDeployment row,
      DeploymentView.State state,
      Map<String, Integer> nodes,
      DeploymentView.@Nullable Outcome outcome,
      List<DeploymentView.Member> members,
      Map<String, Integer> now) {
    return new DeploymentView(
        row.id(),
        row.commit(),
        row.head().before(),
        row.ref(),
        row.head().subject(),
        row.head().author(),
        row.head().pushedBy(),
        state,
        row.startedAt(),
        row.convergedAt(),
        row.next() == null ? null : row.next().id(),
        nodes,
        members,
        outcome,
        now,
        row.next() == null ? null : row.next().commit(),
        row.head().rollback());
  }

  private static Map<String, Integer> count(Stream<NodeState> states) {
    Map<NodeState, Integer> counts = new EnumMap<>(NodeState.class);
    states.forEach(s -> counts.merge(s, 1, Integer::sum));
    return wire(counts);
  }

  private static Map<String, Integer> wire(Map<NodeState, Integer> counts) {
    Map<String, Integer> named = new LinkedHashMap<>();
    new TreeMap<>(counts).forEach((state, n) -> named.put(state.wireName(), n));
    return named;
  }

  private static DeploymentView.Member member(DeploymentMember member) {
    DeploymentTable.Member kept = member.kept();
    NodeRecord node = member.node();
    return new DeploymentView.Member(
        kept.name(),
        member.state(),
        member.reason(),
        kept.end() == null && node != null ? node.retryAt() : null,
        member.convergedAt(),
        kept.joinedAt(),
        node == null
            ? null
            : new DeploymentView.Present(node.state(), node.reason(), node.retryAt()));
  }
}
