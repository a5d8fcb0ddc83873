package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Console;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Nodes as rows of a table. */
public final class NodeRows {
  private static final String LABELS = "LABELS";

  private NodeRows() {}

  /**
   * The columns that fit. Where a line would be wrapped, labels are folded first; if that is not
   * enough, only the columns are left that are asked for most. A reason is never cut; whoever reads
   * it on a screen is told an equal one once.
   */
  public static List<StyledLine> fitting(List<NodeView> nodes, Instant now, Console console) {
    if (!console.drawable()) {
      return table(nodes, NodeView::reason, now, console.signs(), Integer.MAX_VALUE);
    }
    Function<NodeView, String> once = once(nodes);
    List<StyledLine> all = table(nodes, once, now, console.signs(), Integer.MAX_VALUE);
    int widest = all.stream().mapToInt(StyledLine::width).max().orElse(0);
    int labels = nodes.stream().mapToInt(n -> labels(n.labels()).length()).max().orElse(0);
    int room = labels - Math.max(0, widest - console.size().columns());
    return room == labels
        ? all
        : room >= LABELS.length()
            ? table(nodes, once, now, console.signs(), room)
            : narrow(nodes, once, now, console.signs());
  }

  /**
   * All that one asks of a list: who, in which state, running what, since when, why.
   *
   * @param why what is said of each
   * @param room how many columns the labels may have
   */
  static List<StyledLine> table(
      List<NodeView> nodes, Function<NodeView, String> why, Instant now, Signs signs, int room) {
    Table table = new Table("NODE", "STATE", "REF", "RUNS", "FOR", "SEEN", LABELS, "REASON");
    for (NodeView node : nodes) {
      table.row(
          StyledLine.of(Style.STRONG, node.name().value()),
          signs.named(node.state()),
          StyledLine.of(effectiveRef(node)),
          StyledLine.of(runs(node)),
          StyledLine.of(Ages.coarse(Duration.between(node.since(), now))),
          StyledLine.of(Ages.ago(node.lastSeen(), now)),
          StyledLine.of(Style.FAINT, folded(node.labels(), room)),
          StyledLine.of(suspended(node) + node.state().bare(why.apply(node))));
    }
    return table.lines();
  }

  /** The same in fewer columns, for what is looked at while it changes. */
  static List<StyledLine> narrow(
      List<NodeView> nodes, Function<NodeView, String> why, Instant now, Signs signs) {
    Table table = new Table("NODE", "STATE", "RUNS", "FOR", "REASON");
    for (NodeView node : nodes) {
      table.row(
          StyledLine.of(Style.STRONG, node.name().value()),
          signs.named(node.state()),
          StyledLine.of(runs(node)),
          StyledLine.of(Ages.coarse(Duration.between(node.since(), now))),
          StyledLine.of(attributes(node) + node.state().bare(why.apply(node))));
    }
    return table.lines();
  }

  /** Their reasons, with {@code as web-1} for one that failed as a node above did. */
  static Function<NodeView, String> once(List<NodeView> nodes) {
    Map<String, NodeName> first = new HashMap<>();
    Map<NodeName, String> said = new HashMap<>();
    for (NodeView node : nodes) {
      boolean failed = node.state() == NodeState.FAILED || node.state() == NodeState.ROLLED_BACK;
      NodeName known =
          failed ? first.putIfAbsent(node.state() + " " + node.reason(), node.name()) : null;
      said.put(node.name(), known == null ? node.reason() : "as " + known);
    }
    return node -> said.getOrDefault(node.name(), node.reason());
  }

  /** The ref that decides: the pin's, marked as such, or the one that is followed. */
  public static String effectiveRef(NodeView node) {
    return node.pin() == null ? node.ref() : node.pin().ref() + " (pin)";
  }

  /** What the node runs, and what it is to run where that is another commit. */
  public static String runs(NodeView node) {
    String runs = brief(node.appliedCommit());
    return node.targetCommit() == null || node.targetCommit().equals(node.appliedCommit())
        ? runs
        : runs + " > " + brief(node.targetCommit());
  }

  /** Labels as they are written in a selector, or what stands for none. */
  public static String labels(Map<String, String> labels, String none) {
    return labels.isEmpty() ? none : labels(labels);
  }

  private static String labels(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(","));
  }

  /** As many of the first labels as there is room for, and how many more there are. */
  static String folded(Map<String, String> labels, int room) {
    String all = labels(labels);
    if (all.length() <= room) {
      return all;
    }
    List<String> single = List.of(all.split(",", -1));
    String folded = "+" + single.size();
    for (int shown = 1; shown < single.size(); shown++) {
      String more = String.join(",", single.subList(0, shown)) + " +" + (single.size() - shown);
      if (more.length() > room) {
        return folded;
      }
      folded = more;
    }
    return folded;
  }

  /** Seven digits, or a dash. */
  public static String brief(@Nullable CommitId commit) {
    return commit == null ? "-" : commit.abbreviated();
  }

  private static String attributes(NodeView node) {
    return (node.pin() == null ? "" : "[pinned to " + node.pin().ref() + "] ")
        + suspended(node)
        + (node.draining() ? "[draining] " : "")
        + (node.drift() == null ? "" : "[drifted] ")
        + (isLost(node) ? "[lost contact] " : "");
  }

  /** {@code [suspended by ann: disk] }, or nothing. */
  public static String suspended(NodeView node) {
    SuspensionView it = node.suspension();
    return it == null ? "" : "[suspended by " + it.owner() + ": " + it.reason() + "] ";
  }

  /** What keeps an order from reaching it now, as its state or in words; empty for nothing. */
  public static String away(NodeView node) {
    return node.state().unreachable()
        ? node.state().wireName()
        : isLost(node) ? "out of contact" : "";
  }

  /** Whether its stream broke, which is not yet offline. */
  public static boolean isLost(NodeView node) {
    return node.contact() != null
        && node.contact().lostSince() != null
        && !node.state().unreachable();
  }
}
