package dev.pullcord.cli.command.watch;

import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fleet, or the selected part of it, at one moment.
 *
 * @param nodes in order of name
 * @param heads the refs of the fleet by name
 * @param pushed when each ref moved, as far as that is known
 * @param output the last lines that the failed step of a node printed
 */
record Look(
    List<NodeView> nodes,
    Map<String, Fleet.Ref> heads,
    Map<String, Instant> pushed,
    Map<NodeName, List<String>> output) {
  private static final Set<NodeState> BROKEN = Set.of(NodeState.FAILED, NodeState.ROLLED_BACK);

  /** Copies. */
  Look {
    nodes = List.copyOf(nodes);
    heads = Map.copyOf(heads);
    pushed = Map.copyOf(pushed);
    output = Map.copyOf(output);
  }

  /** The nodes by what they are to run: the ref of a pin, else the one that they follow. */
  List<Group> groups() {
    Map<String, List<NodeView>> byRef = new TreeMap<>();
    for (NodeView node : nodes) {
      byRef.computeIfAbsent(ref(node), _ -> new ArrayList<>()).add(node);
    }
    List<Group> groups = new ArrayList<>();
    byRef.forEach(
        (ref, of) -> groups.add(new Group(ref, heads.get(ref), pushed.get(ref), List.copyOf(of))));
    return groups;
  }

  /** What the server says of the refs that these nodes are to run. */
  List<Fleet.Ref> refs() {
    return groups().stream().map(Group::head).filter(Objects::nonNull).toList();
  }

  List<String> outputOf(NodeView node) {
    return output.getOrDefault(node.name(), List.of());
  }

  static String ref(NodeView node) {
    return node.source();
  }

  static boolean converged(NodeView node) {
    return node.state() == NodeState.CONVERGED;
  }

  static boolean broken(NodeView node) {
    return BROKEN.contains(node.state());
  }

  /**
   * A ref and who is to run it.
   *
   * @param ref branch, tag or commit
   * @param head what the server says of it; null for what only a pin names
   * @param pushed when it moved
   * @param nodes at least one
   */
  record Group(
      String ref, Fleet.@Nullable Ref head, @Nullable Instant pushed, List<NodeView> nodes) {
    int converged() {
      return (int) nodes.stream().filter(Look::converged).count();
    }
  }
}
