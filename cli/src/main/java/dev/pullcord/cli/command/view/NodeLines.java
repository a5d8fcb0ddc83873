package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.protocol.unit.NameList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Nodes as lines, where what several have in common is said once, with their names below. */
public final class NodeLines {
  private final Signs signs;
  private final Function<NodeName, String> remark;

  /**
   * Lines with these signs.
   *
   * @param remark what stands behind a node that has a line of its own; empty for nothing
   */
  public NodeLines(Signs signs, Function<NodeName, String> remark) {
    this.signs = signs;
    this.remark = remark;
  }

  /** The lines, in the order of the first of each group. */
  public List<StyledLine> of(List<NodeLine> nodes) {
    Map<Said, List<NodeLine>> groups = new LinkedHashMap<>();
    for (NodeLine node : nodes) {
      Said said = new Said(node.state(), node.reason());
      groups.computeIfAbsent(said, _ -> new ArrayList<>()).add(node);
    }
    int width = groups.values().stream().mapToInt(g -> subject(g).length()).max().orElse(0);
    List<StyledLine> lines = new ArrayList<>();
    for (List<NodeLine> group : groups.values()) {
      NodeLine first = group.getFirst();
      StyledLine line = first.line(subject(group), signs, width);
      if (group.size() == 1) {
        String more = remark.apply(first.name());
        lines.add(more.isEmpty() ? line : line.add(Style.FAINT, "  " + more));
      } else {
        List<String> names = group.stream().map(n -> n.name().value()).toList();
        lines.add(line);
        lines.add(StyledLine.of(Style.FAINT, "    " + NameList.folded(names)));
      }
    }
    return lines;
  }

  private static String subject(List<NodeLine> group) {
    return group.size() == 1 ? group.getFirst().name().value() : Counted.of(group.size(), "node");
  }

  /** What makes nodes equal. */
  private record Said(NodeState state, String reason) {}
}
