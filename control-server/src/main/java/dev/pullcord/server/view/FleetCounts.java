package dev.pullcord.server.view;

import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.RefTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts the fleet: nodes by state, by what is true beside the state, and by branch. A pinned node
 * counts on the branch that it is pinned to, and on none while it is pinned to a tag or a commit. A
 * suspended node counts as suspended and as nothing else.
 */
final class FleetCounts {
  private FleetCounts() {}

  static Fleet of(FleetSnapshot fleet) {
    Collection<NodeRecord> all = fleet.nodes().values();
    List<NodeRecord> nodes = all.stream().filter(n -> n.suspension() == null).toList();
    List<String> alarms = new ArrayList<>();
    for (NodeRecord node : all) {
      String alarm = node.contact().alarm();
      if (alarm != null) {
        alarms.add("node " + node.name() + ": " + alarm);
      }
    }
    Map<String, Integer> attributes = attributes(nodes);
    attributes.put("suspended", all.size() - nodes.size());
    return new Fleet(fleet.revision(), states(nodes), attributes, refs(fleet), alarms);
  }

  private static Map<String, Integer> states(Collection<NodeRecord> nodes) {
    Map<String, Integer> states = new LinkedHashMap<>();
    states.put("total", nodes.size());
    for (NodeState state : NodeState.values()) {
      states.put(state.wireName(), count(nodes, n -> n.state() == state));
    }
    return states;
  }

  private static Map<String, Integer> attributes(Collection<NodeRecord> nodes) {
    Map<String, Integer> attributes = new LinkedHashMap<>();
    attributes.put("pinned", count(nodes, n -> n.pin() != null));
    attributes.put("draining", count(nodes, NodeRecord::draining));
    attributes.put("drifted", count(nodes, n -> n.drift() != null));
    attributes.put("unproven", count(nodes, NodeRecord::unproven));
    attributes.put("suspended", 0);
    attributes.put("lost-contact", count(nodes, n -> n.lostSince() != null));
    return attributes;
  }

  private static int count(Collection<NodeRecord> nodes, Predicate<NodeRecord> which) {
    return (int) nodes.stream().filter(which).count();
  }

  /** A line for each branch that a node follows or is pinned to. */
  private static List<Fleet.Ref> refs(FleetSnapshot fleet) {
    Map<String, List<NodeRecord>> members = new TreeMap<>();
    for (NodeRecord node : fleet.nodes().values()) {
      members.computeIfAbsent(node.settings().ref(), _ -> new ArrayList<>());
      String branch = node.branch();
      if (branch != null && node.suspension() == null) {
        members.computeIfAbsent(branch, _ -> new ArrayList<>()).add(node);
      }
    }
    Map<String, Long> newest = new HashMap<>();
    fleet.live().values().forEach(d -> newest.put(d.ref(), d.id()));
    Map<String, RollbackView> back = new HashMap<>();
    fleet
        .holds()
        .rollbacks()
        .forEach(r -> {
          Long id = newest.get(r.ref());
          back.put(r.ref(), HoldViews.of(r, id == null ? null : fleet.live().get(id)));
        });
    List<Fleet.Ref> refs = new ArrayList<>();
    members.forEach((ref, its) ->
        refs.add(ref(ref, its, fleet.heads().get(ref), newest.get(ref), back.get(ref))));
    return refs;
  }

  private static Fleet.Ref ref(
      String ref,
      List<NodeRecord> members,
      RefTable.@Nullable BranchHead head,
      @Nullable Long deployment,
      @Nullable RollbackView rollback) {
    int converged = count(members, n -> n.state() == NodeState.CONVERGED);
    return head == null
        ? new Fleet.Ref(ref, null, null, null, members.size(), converged, deployment)
        : new Fleet.Ref(
            ref,
            head.commit(),
            head.subject(),
            head.author(),
            members.size(),
            converged,
            deployment,
            rollback,
            null);
  }
}
