package dev.pullcord.server.fleet;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.store.Deployments;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment is shown. While it is its branch's newest, its members are the nodes whose
 * decision it is, as they are now; afterwards they are what the store kept.
 */
final class DeploymentViews {
  private DeploymentViews() {}

  /** The nodes whose decision is this deployment. */
  static List<NodeRecord> membersNow(FleetModel.Snapshot fleet, long deployment) {
    return fleet.nodes().values().stream()
        .filter(n -> Objects.equals(n.decision().deployment(), deployment))
        .toList();
  }

  /** Where a deployment is that no newer one has superseded. */
  static DeploymentView.State state(Collection<NodeRecord> members) {
    if (members.isEmpty()) {
      return DeploymentView.State.INCOMPLETE;
    }
    if (members.stream().allMatch(n -> n.state() == NodeState.CONVERGED)) {
      return DeploymentView.State.CONVERGED;
    }
    boolean onTheWay = members.stream().anyMatch(n -> n.reachable() && !n.settled());
    return onTheWay ? DeploymentView.State.RUNNING : DeploymentView.State.INCOMPLETE;
  }

  /** When the last member first ran the commit; empty while one has not. */
  static Optional<Instant> convergedAt(Collection<NodeRecord> members) {
    Instant last = null;
    for (NodeRecord member : members) {
      Instant at = member.convergedAt();
      if (at == null) {
        return Optional.empty();
      }
      last = last == null || at.isAfter(last) ? at : last;
    }
    return Optional.ofNullable(last);
  }

  static DeploymentView live(FleetModel.Snapshot fleet, Deployments.Row row, boolean withMembers) {
    List<NodeRecord> nodes = membersNow(fleet, row.id());
    List<DeploymentView.Member> members =
        withMembers
            ? nodes.stream()
                .map(n ->
                    new DeploymentView.Member(
                        n.name(),
                        n.state(),
                        n.reason(),
                        n.retryAt(),
                        n.convergedAt(),
                        n.joinedAt()))
                .toList()
            : List.of();
    Instant kept = row.convergedAt();
    Instant at = kept != null ? kept : convergedAt(nodes).orElse(null);
    return view(row, state(nodes), at, count(nodes.stream().map(NodeRecord::state)), members);
  }

  static DeploymentView kept(
      Deployments.Row row, Deployments.Count count, List<Deployments.Member> members) {
    Map<String, Integer> states = new LinkedHashMap<>();
    if (count.members() > count.converged()) {
      states.put(NodeState.WAITING.wireName(), count.members() - count.converged());
    }
    if (count.converged() > 0) {
      states.put(NodeState.CONVERGED.wireName(), count.converged());
    }
    return view(
        row,
        row.state(),
        row.convergedAt(),
        states,
        members.stream().map(m -> member(row, m)).toList());
  }

  private static DeploymentView.Member member(Deployments.Row row, Deployments.Member member) {
    Instant at = member.convergedAt();
    String next = row.supersededBy() == null ? "" : " by deployment " + row.supersededBy();
    return at == null
        ? new DeploymentView.Member(
            member.name(),
            NodeState.WAITING,
            "superseded" + next + " before it ran",
            null,
            null,
            member.joinedAt())
        : new DeploymentView.Member(
            member.name(),
            NodeState.CONVERGED,
            "ran it from " + at + ", then superseded" + next,
            null,
            at,
            member.joinedAt());
  }

  private static DeploymentView view(
      Deployments.Row row,
      DeploymentView.State state,
      @Nullable Instant convergedAt,
      Map<String, Integer> nodes,
      List<DeploymentView.Member> members) {
    return new DeploymentView(
        row.id(),
        row.commit(),
        row.before(),
        row.ref(),
        row.subject(),
        row.author(),
        row.pushedBy(),
        state,
        row.startedAt(),
        convergedAt,
        row.supersededBy(),
        nodes,
        members);
  }

  private static Map<String, Integer> count(java.util.stream.Stream<NodeState> states) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    states.sorted().forEach(s -> counts.merge(s.wireName(), 1, Integer::sum));
    return counts;
  }
}
