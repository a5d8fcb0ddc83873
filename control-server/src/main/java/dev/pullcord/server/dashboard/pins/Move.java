package dev.pullcord.server.dashboard.pins;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.desired.CommitHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that a pin would take from the same commit to its own.
 *
 * @param from what they run now; null for nothing
 * @param nodes in order of name
 * @param changes what that changes on each; empty when it was not worked out
 */
record Move(@Nullable CommitId from, List<NodeView> nodes, List<String> changes) {
  /** Differences are worked out for so many starting points; a fleet seldom has three. */
  private static final int COMPARED = 20;

  static List<Move> of(List<NodeView> nodes, CommitId to, CommitHistory history) {
    Map<Optional<CommitId>, List<NodeView>> byCommit = new LinkedHashMap<>();
    nodes.forEach(n ->
        byCommit
            .computeIfAbsent(Optional.ofNullable(n.appliedCommit()), _ -> new ArrayList<>())
            .add(n));
    List<Move> moves = new ArrayList<>();
    byCommit.forEach((from, some) -> {
      CommitId before = from.orElse(null);
      boolean compared = moves.size() < COMPARED && !to.equals(before);
      moves.add(
          new Move(before, List.copyOf(some), compared ? history.changes(before, to) : List.of()));
    });
    return moves;
  }

  /** Whether they run it already. */
  boolean none(CommitId to) {
    return to.equals(from);
  }

  /** Those whose pin this one takes the place of. */
  List<NodeView> replaced() {
    return nodes.stream().filter(n -> n.pin() != null).toList();
  }
}
