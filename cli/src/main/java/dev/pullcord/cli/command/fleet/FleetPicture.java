package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.view.FleetLines;
import dev.pullcord.cli.command.view.FreezeRows;
import dev.pullcord.cli.command.view.NextLine;
import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.cli.command.view.NodeLines;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.command.view.PinRows;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.Counted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fleet, or the selected part of it, at one moment, and how it is drawn.
 *
 * @param fleet in numbers
 * @param nodes all of them, or those of the selection
 * @param pins of these nodes, those in force
 * @param freezes those in force
 * @param heads the newest deployment of each ref, by id
 */
record FleetPicture(
    Fleet fleet,
    List<NodeView> nodes,
    List<PinView> pins,
    List<FreezeView> freezes,
    Map<Long, DeploymentView> heads) {
  private static final int MOST_LINES = 20;

  /**
   * Asks the server.
   *
   * @param selector as in {@code -l}; all nodes when null
   */
  static FleetPicture take(ServerClient server, @Nullable String selector) {
    Fleet all = Replies.need(server.fleet());
    List<NodeView> nodes =
        selector == null
            ? Replies.need(server.nodes(null, null)).nodes()
            : Selection.some(server, selector);
    Fleet fleet = selector == null ? all : of(all, nodes);
    Set<NodeName> names = nodes.stream().map(NodeView::name).collect(Collectors.toSet());
    HoldCalls holds = new HoldCalls(server);
    List<PinView> pins =
        Replies.need(holds.pins()).pins().stream().filter(p -> names.contains(p.node())).toList();
    Map<Long, DeploymentView> heads = new HashMap<>();
    for (Fleet.Ref ref : fleet.refs()) {
      if (ref.deployment() != null) {
        heads.put(ref.deployment(), Replies.need(server.deployment(ref.deployment())));
      }
    }
    List<FreezeView> freezes = Replies.need(holds.freezes()).freezes();
    return new FleetPicture(fleet, nodes, pins, freezes, heads);
  }

  /** The numbers of a selection, counted here: the server counts the whole fleet only. */
  private static Fleet of(Fleet all, List<NodeView> selected) {
    List<NodeView> nodes = FleetLines.counting(selected);
    Map<String, Integer> states = new LinkedHashMap<>();
    states.put("total", nodes.size());
    for (NodeState state : NodeState.values()) {
      states.put(state.wireName(), count(nodes, n -> n.state() == state));
    }
    Map<String, Integer> attributes = new LinkedHashMap<>();
    attributes.put("pinned", count(nodes, n -> n.pin() != null));
    attributes.put("draining", count(nodes, NodeView::draining));
    attributes.put("drifted", count(nodes, n -> n.drift() != null));
    attributes.put("suspended", selected.size() - nodes.size());
    attributes.put("lost-contact", count(nodes, NodeRows::isLost));
    List<Fleet.Ref> refs = new ArrayList<>();
    for (Fleet.Ref ref : all.refs()) {
      List<NodeView> its = nodes.stream().filter(n -> isFor(n, ref)).toList();
      if (!its.isEmpty()) {
        int converged = count(its, n -> !behind(n));
        refs.add(
            new Fleet.Ref(
                ref.ref(),
                ref.commit(),
                ref.subject(),
                ref.author(),
                its.size(),
                converged,
                ref.deployment(),
                ref.rollback(),
                ref.trouble()));
      }
    }
    List<String> alarms = refs.stream().flatMap(ref -> ref.unreached().stream()).toList();
    return new Fleet(all.revision(), states, attributes, refs, alarms);
  }

  private static int count(List<NodeView> nodes, Predicate<NodeView> which) {
    return (int) nodes.stream().filter(which).count();
  }

  private static boolean isFor(NodeView node, Fleet.Ref ref) {
    return node.source().equals(ref.ref());
  }

  /** All of it, for a screen that is read once. */
  List<StyledLine> whole(Instant now, Signs signs) {
    List<StyledLine> lines = new ArrayList<>(top(now, signs));
    if (!fleet.alarms().isEmpty()) {
      lines.add(StyledLine.EMPTY);
      fleet.alarms().forEach(alarm -> lines.add(StyledLine.of(Style.BIG_BAD, "alarm ").add(alarm)));
    }
    if (!freezes.isEmpty()) {
      lines.add(StyledLine.EMPTY);
      lines.addAll(FreezeRows.table(freezes, now));
    }
    if (!pins.isEmpty()) {
      lines.add(StyledLine.EMPTY);
      lines.addAll(PinRows.table(pins, now));
    }
    lines.addAll(suspended(now));
    List<NodeView> behind =
        FleetLines.counting(nodes).stream().filter(FleetPicture::behind).toList();
    if (!behind.isEmpty()) {
      lines.add(StyledLine.EMPTY);
      Map<NodeName, String> ages = new HashMap<>();
      behind.forEach(n -> ages.put(n.name(), "(" + Ages.ago(n.since(), now) + ")"));
      List<StyledLine> all =
          new NodeLines(signs, name -> ages.getOrDefault(name, ""))
              .of(behind.stream().map(NodeLine::of).toList());
      lines.addAll(all.subList(0, Math.min(MOST_LINES, all.size())));
      if (all.size() > MOST_LINES) {
        lines.add(StyledLine.of("and more: pullcord nodes"));
      }
      NextLine.of(behind.stream().map(NodeLine::of).toList()).ifPresent(lines::add);
    }
    return lines;
  }

  private List<StyledLine> top(Instant now, Signs signs) {
    List<StyledLine> lines = new ArrayList<>();
    if (nodes.isEmpty()) { // not the fleet's own numbers: these were taken a moment before
      lines.add(
          StyledLine.of(Style.BIG_BAD, "no nodes yet").add("; pullcord invite lets one join"));
    } else {
      lines.add(FleetLines.verdict(nodes, fleet.refs(), signs));
    }
    String attributes = FleetLines.counts(fleet.attributes());
    if (!attributes.isEmpty()) {
      lines.add(StyledLine.of(attributes));
    }
    if (!fleet.refs().isEmpty()) {
      lines.add(StyledLine.EMPTY);
    }
    for (Fleet.Ref ref : fleet.refs()) {
      lines.addAll(refLines(ref, now, signs));
    }
    return lines;
  }

  private List<StyledLine> refLines(Fleet.Ref ref, Instant now, Signs signs) {
    DeploymentView deployment = ref.deployment() == null ? null : heads.get(ref.deployment());
    StyledLine head = FleetLines.head(ref, deployment == null ? null : deployment.startedAt(), now);
    if (ref.commit() == null) {
      return List.of(head.add(", followed by " + Counted.of(ref.nodes(), "node")));
    }
    List<NodeView> its = FleetLines.counting(nodes).stream().filter(n -> isFor(n, ref)).toList();
    Map<String, Integer> states =
        its.stream().collect(Collectors.toMap(n -> n.state().wireName(), _ -> 1, Integer::sum));
    int total = states.values().stream().mapToInt(n -> n).sum();
    Integer counted = states.remove(NodeState.CONVERGED.wireName());
    int converged = counted == null ? 0 : counted;
    StyledLine numbers =
        StyledLine.of("  ")
            .add(signs.of(FleetLines.severity(its)))
            .add(" " + converged + "/" + total);
    String behind = FleetLines.counts(states);
    List<StyledLine> lines = new ArrayList<>();
    lines.add(head);
    if (ref.rollback() != null) {
      lines.add(StyledLine.of("  ").add(Style.STRONG, ref.rollback().text()));
    }
    lines.add(numbers.add(behind.isEmpty() ? "" : "  " + behind));
    return lines;
  }

  private List<StyledLine> suspended(Instant now) {
    List<StyledLine> lines = new ArrayList<>();
    for (NodeView node : nodes) {
      SuspensionView it = node.suspension();
      if (it != null) {
        lines.add(
            StyledLine.of(Style.STRONG, node.name().value())
                .add("  suspended by " + it.owner() + ": " + it.reason())
                .add(Style.FAINT, "  (ends " + Ages.in(it.expiresAt(), now) + ")"));
      }
    }
    if (!lines.isEmpty()) {
      lines.addFirst(StyledLine.EMPTY);
    }
    return lines;
  }

  private static boolean behind(NodeView node) {
    return node.state() != NodeState.CONVERGED;
  }
}
