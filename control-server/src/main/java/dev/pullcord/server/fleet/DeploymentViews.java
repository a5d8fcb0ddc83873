package dev.pullcord.server.fleet;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.DeploymentView.Member;
import dev.pullcord.protocol.api.DeploymentView.Outcome;
import dev.pullcord.protocol.api.DeploymentView.State;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.store.DeploymentTable;
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
  private static Stream<NodeRecord> present(FleetModel.Snapshot fleet, long deployment) {
    return fleet.nodes().values().stream()
        .filter(n -> Objects.equals(n.decision().deployment(), deployment));
  }

  /** One with its members. */
  static DeploymentView of(
      FleetModel.Snapshot fleet,
      DeploymentTable.Row row,
      List<DeploymentTable.Member> members,
      boolean withMembers) {
    List<DeploymentMember> all = DeploymentMember.of(fleet, row, members);
    DeploymentTable.Row shown = row.next() == null ? progressed(row, all) : row;
    Map<NodeState, Integer> counted = new EnumMap<>(NodeState.class);
    all.stream()
        .filter(DeploymentMember::ofTheOutcome)
        .forEach(m -> counted.merge(m.state(), 1, Integer::sum));
    return view(
        shown,
        shown.state(),
        count(all.stream().map(DeploymentMember::state)),
        outcome(shown.ending(), counted),
        withMembers ? all.stream().map(DeploymentMember::view).toList() : List.of(),
        count(present(fleet, row.id()).map(NodeRecord::state)));
  }

  /** One that was superseded, without its members. */
  static DeploymentView kept(DeploymentTable.Row row, Map<NodeState, Integer> counts) {
    return view(row, row.state(), wire(counts), outcome(row.ending(), counts), List.of(), Map.of());
  }

  private static @Nullable Outcome outcome(
      DeploymentTable.@Nullable Ending ending, Map<NodeState, Integer> counts) {
    return ending == null
        ? null
        : new Outcome(
            ending.state(),
            counts.getOrDefault(NodeState.CONVERGED, 0),
            counts.values().stream().mapToInt(n -> n).sum(),
            ending.at());
  }

  private static State state(DeploymentTable.Row row, List<DeploymentMember> members) {
    if (row.next() != null) {
      return State.SUPERSEDED;
    }
    DeploymentTable.Ending ending = row.ending();
    boolean onTheWay = members.stream().anyMatch(DeploymentMember::onTheWay);
    if (ending != null) {
      return onTheWay ? State.RUNNING : ending.state();
    }
    boolean all = members.stream().allMatch(DeploymentMember::converged);
    if (all && !members.isEmpty()) {
      return State.CONVERGED;
    }
    return onTheWay ? State.RUNNING : State.INCOMPLETE;
  }

  /**
   * The row as it is to be kept: where it is, when all of it had converged, and that it has ended
   * if each of its members is done with it.
   */
  static DeploymentTable.Row progressed(DeploymentTable.Row row, List<DeploymentMember> members) {
    State state = state(row, members);
    DeploymentTable.Ending ending = row.ending();
    if (ending == null && !members.isEmpty() && members.stream().allMatch(DeploymentMember::done)) {
      ending =
          new DeploymentTable.Ending(state, DeploymentMember.lastDone(members, row.startedAt()));
    }
    return row.with(
        state,
        row.convergedAt() != null ? row.convergedAt() : DeploymentMember.convergedAt(members),
        ending);
  }

  private static DeploymentView view(
      DeploymentTable.Row row,
      State state,
      Map<String, Integer> nodes,
      @Nullable Outcome outcome,
      List<Member> members,
      Map<String, Integer> now) {
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
        row.convergedAt(),
        row.supersededBy(),
        nodes,
        members,
        outcome,
        now,
        row.next() == null ? null : row.next().commit());
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
}
