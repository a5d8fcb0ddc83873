package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.view.FleetLines;
import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.cli.command.view.PinRows;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.report.NodeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The fleet at one moment, and how it is drawn.
 *
 * @param fleet in numbers
 * @param nodes all of them
 * @param pins those in force
 * @param heads the newest deployment of each ref, by id
 */
record FleetPicture(
    Fleet fleet, List<NodeView> nodes, List<PinView> pins, Map<Long, DeploymentView> heads) {
  private static final int MOST_NAMED = 20;

  static FleetPicture take(ServerClient server) {
    Fleet fleet = Replies.need(server.fleet());
    List<NodeView> nodes = Replies.need(server.nodes(null, null)).nodes();
    List<PinView> pins = Replies.need(server.pins()).pins();
    Map<Long, DeploymentView> heads = new HashMap<>();
    for (Fleet.Ref ref : fleet.refs()) {
      if (ref.deployment() != null) {
        heads.put(ref.deployment(), Replies.need(server.deployment(ref.deployment())));
      }
    }
    return new FleetPicture(fleet, nodes, pins, heads);
  }

  /** All of it, for a screen that is read once. */
  List<StyledLine> whole(Instant now, Signs signs) {
    List<StyledLine> lines = new ArrayList<>(top(now, signs));
    if (!fleet.alarms().isEmpty()) {
      lines.add(StyledLine.EMPTY);
      fleet.alarms().forEach(alarm -> lines.add(StyledLine.of(Style.BIG_BAD, "alarm ").add(alarm)));
    }
    if (!pins.isEmpty()) {
      lines.add(StyledLine.EMPTY);
      lines.addAll(PinRows.table(pins, now));
    }
    List<NodeView> behind = nodes.stream().filter(FleetPicture::behind).toList();
    if (!behind.isEmpty()) {
      lines.add(StyledLine.EMPTY);
      int width = behind.stream().mapToInt(n -> n.name().value().length()).max().orElse(0);
      for (NodeView node : behind.subList(0, Math.min(MOST_NAMED, behind.size()))) {
        String age = "  (" + Ages.ago(node.since(), now) + ")";
        lines.add(NodeLine.of(node).line(signs, width).add(Style.FAINT, age));
      }
      if (behind.size() > MOST_NAMED) {
        lines.add(StyledLine.of("and " + (behind.size() - MOST_NAMED) + " more: pullcord nodes"));
      }
    }
    return lines;
  }

  private List<StyledLine> top(Instant now, Signs signs) {
    List<StyledLine> lines = new ArrayList<>();
    if (nodes.isEmpty()) { // not the fleet's own numbers: these were taken a moment before
      lines.add(
          StyledLine.of(Style.BIG_BAD, "no nodes yet").add("; pullcord invite lets one join"));
    } else {
      lines.add(FleetLines.verdict(nodes, signs));
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
      return List.of(head.add(", " + ref.nodes() + " nodes follow it"));
    }
    List<NodeView> its =
        nodes.stream()
            .filter(n -> (n.pin() == null ? n.ref() : n.pin().ref()).equals(ref.ref()))
            .toList();
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
    return List.of(head, numbers.add(behind.isEmpty() ? "" : "  " + behind));
  }

  private static boolean behind(NodeView node) {
    return node.state() != NodeState.CONVERGED;
  }
}
