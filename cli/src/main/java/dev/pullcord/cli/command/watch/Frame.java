package dev.pullcord.cli.command.watch;

import dev.pullcord.cli.command.view.FleetLines;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.host.Terminal;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One picture of the fleet that fits a terminal. What is broken comes first, then what is on its
 * way, then the rest, each in order of name; what does not fit is counted.
 */
final class Frame {
  private static final int[] DETAILS = {4, 2, 1, 0};
  private static final int BAR = 24;
  private static final List<String> HELP =
      List.of(
          "q or Ctrl-C  ends the watch; the nodes go on",
          "f            only nodes that are not converged, or all again",
          "j k, arrows  a line down or up; g: to the top",
          "?            hides this");
  private static final Comparator<NodeView> URGENT_FIRST =
      Comparator.comparing((NodeView n) -> Severity.of(n.state()))
          .thenComparing(n -> n.state().unreachable())
          .thenComparing(Frame::newestFirst);
  private final Look look;
  private final List<Look.Group> groups;
  private final Instant now;
  private final Signs signs;
  private final Terminal.Size size;
  private final NodeBlock.Maker maker;
  private final String server;
  private final WatchView view;
  private int furthest;

  /**
   * A picture of a look.
   *
   * @param server whose fleet it is, as it stands at the top
   */
  Frame(Look look, String server, Instant now, Signs signs, Terminal.Size size, WatchView view) {
    this.look = look;
    this.server = server;
    this.view = view;
    groups = look.groups();
    this.now = now;
    this.signs = signs;
    this.size = size;
    maker = new NodeBlock.Maker(look, now, signs, size.columns());
  }

  /**
   * The lines, at most as many as the terminal has rows.
   *
   * @param trouble why the picture may be old; empty while it is not
   */
  List<StyledLine> lines(String trouble) {
    List<StyledLine> top = new ArrayList<>(List.of(verdict().add(Style.FAINT, "  " + server)));
    if (!trouble.isEmpty()) {
      top.add(StyledLine.of(Style.BIG_BAD, "reconnecting").add(": " + trouble));
    }
    look.refs().stream()
        .flatMap(ref -> ref.unreached().stream())
        .forEach(why -> top.add(StyledLine.of(Style.BIG_BAD, "alarm ").add(why)));
    List<StyledLine> foot = view.keys() ? foot() : List.of();
    int room = Math.max(0, size.rows() - top.size() - foot.size());
    List<StyledLine> middle = middle(room);
    List<StyledLine> lines = new ArrayList<>(top);
    lines.addAll(middle.subList(0, Math.min(middle.size(), room)));
    lines.addAll(foot);
    return lines.subList(0, Math.min(lines.size(), size.rows()));
  }

  /** How many lines at its end are about keys. */
  int footRows() {
    return view.keys() ? foot().size() : 0;
  }

  /** How many lines of the last picture can be scrolled away. */
  int furthest() {
    return furthest;
  }

  private List<StyledLine> middle(int room) {
    List<StyledLine> all = roomy(view.top() > 0 ? DETAILS[0] : 0);
    furthest = Math.max(0, roomy(DETAILS[0]).size() - room);
    if (view.top() > 0) {
      int from = Math.min(view.top(), Math.max(0, all.size() - room));
      return all.subList(from, all.size());
    }
    return view.behindOnly() ? all : groups(room);
  }

  private List<StyledLine> foot() {
    if (!view.help()) {
      String all = view.behindOnly() ? "all nodes" : "only what is not converged";
      return List.of(
          StyledLine.of(Style.FAINT, "q ends  f " + all + "  j k scroll  ? what keys do"));
    }
    return HELP.stream().map(line -> StyledLine.of(Style.FAINT, line)).toList();
  }

  private StyledLine verdict() {
    if (look.nodes().isEmpty()) {
      return StyledLine.of(Style.BIG_BAD, "no nodes").add("; pullcord invite lets one join");
    }
    String attributes = attributes();
    return FleetLines.verdict(look.nodes(), look.refs(), signs)
        .add(attributes.isEmpty() ? "" : "  " + attributes);
  }

  private String attributes() {
    List<NodeView> nodes = FleetLines.counting(look.nodes());
    Map<String, Integer> counts = behind(nodes);
    counts.put("suspended", look.nodes().size() - nodes.size());
    counts.put("pinned", count(nodes, n -> n.pin() != null));
    counts.put("draining", count(nodes, NodeView::draining));
    counts.put("drifted", count(nodes, n -> n.drift() != null));
    counts.put("lost-contact", count(nodes, NodeRows::isLost));
    return FleetLines.counts(counts);
  }

  private static int count(List<NodeView> nodes, Predicate<NodeView> which) {
    return (int) nodes.stream().filter(which).count();
  }

  private static Map<String, Integer> behind(List<NodeView> nodes) {
    Map<String, Integer> counts = new TreeMap<>();
    nodes.stream()
        .filter(n -> !Look.converged(n))
        .forEach(n -> counts.merge(n.state().wireName(), 1, Integer::sum));
    return counts;
  }

  /** What is broken or on its way by its last change; the rest stays where it is. */
  private static long newestFirst(NodeView node) {
    return Look.converged(node) ? 0 : -node.since().toEpochMilli();
  }

  private List<StyledLine> groups(int room) {
    for (int details : DETAILS) {
      List<StyledLine> all = roomy(details);
      if (all.size() <= room) {
        return all;
      }
      List<StyledLine> urgent = tight(room, details);
      if (!urgent.isEmpty()) {
        return urgent;
      }
    }
    return crowded(room);
  }

  /** Every node. */
  private List<StyledLine> roomy(int details) {
    List<StyledLine> lines = new ArrayList<>();
    for (Look.Group group : groups) {
      lines.add(StyledLine.EMPTY);
      lines.add(head(group));
      lines.add(bar(group));
      group.nodes().stream()
          .filter(n -> !view.behindOnly() || !Look.converged(n))
          .sorted(URGENT_FIRST)
          .forEach(n -> lines.addAll(maker.of(n).lines(details)));
    }
    return lines;
  }

  /** Every node that is not converged, and others while there is room; nothing if they are many. */
  private List<StyledLine> tight(int room, int details) {
    int fixed = 4 * groups.size(); // a blank line, head, bar, and how many more there are
    int urgent =
        look.nodes().stream()
            .filter(n -> !Look.converged(n))
            .mapToInt(n -> maker.of(n).height(details))
            .sum();
    int left = room - fixed - urgent;
    if (left < 0) {
      return List.of();
    }
    List<StyledLine> lines = new ArrayList<>();
    for (Look.Group group : groups) {
      lines.add(StyledLine.EMPTY);
      lines.add(head(group));
      lines.add(bar(group));
      List<NodeView> sorted = group.nodes().stream().sorted(URGENT_FIRST).toList();
      int shown = 0;
      for (NodeView node : sorted) {
        NodeBlock block = maker.of(node);
        boolean isUrgent = !Look.converged(node);
        if (!isUrgent && block.height(details) > left) {
          break;
        }
        left -= isUrgent ? 0 : block.height(details);
        lines.addAll(block.lines(details));
        shown++;
      }
      lines.addAll(more(sorted.subList(shown, sorted.size())));
    }
    return lines;
  }

  /** Not even those that are not converged fit: an equal part of the room for each ref. */
  private List<StyledLine> crowded(int room) {
    List<StyledLine> lines = new ArrayList<>();
    int groupsLeft = groups.size();
    for (Look.Group group : groups) {
      int left = room - lines.size();
      int part = left / groupsLeft;
      if (left < 2 && groupsLeft > 1) {
        lines.add(
            StyledLine.of(Style.FAINT, signs.ellipsis() + " and " + groupsLeft + " more refs"));
        break;
      }
      lines.add(head(group));
      List<NodeView> sorted = group.nodes().stream().sorted(URGENT_FIRST).toList();
      int rows = Math.max(0, part - 2);
      int shown = sorted.size() <= part - 1 ? sorted.size() : Math.min(rows, sorted.size());
      sorted.subList(0, shown).forEach(n -> lines.add(maker.of(n).row()));
      if (part > 1) {
        lines.addAll(more(sorted.subList(shown, sorted.size())));
      }
      groupsLeft--;
    }
    return lines;
  }

  private List<StyledLine> more(List<NodeView> hidden) {
    if (hidden.isEmpty()) {
      return List.of();
    }
    Map<String, Integer> counts = behind(hidden);
    int converged = (int) hidden.stream().filter(Look::converged).count();
    String others = FleetLines.counts(counts);
    String text =
        others.isEmpty()
            ? converged + " more converged"
            : others + " more" + (converged == 0 ? "" : ", " + converged + " converged");
    return List.of(StyledLine.of(Style.FAINT, "  " + signs.ellipsis() + " and " + text));
  }

  private StyledLine head(Look.Group group) {
    return group.head() == null
        ? StyledLine.of(Style.STRONG, group.ref())
        : FleetLines.head(group.head(), group.pushed(), now);
  }

  private StyledLine bar(Look.Group group) {
    int total = group.nodes().size();
    int converged = group.converged();
    String behind = FleetLines.counts(behind(group.nodes()));
    int width = Math.max(8, Math.min(BAR, size.columns() / 3));
    return signs
        .bar(converged, total, width)
        .add("  " + converged + "/" + total + " ")
        .add(signs.of(FleetLines.severity(group.nodes())))
        .add(behind.isEmpty() ? "" : "  " + behind);
  }
}
