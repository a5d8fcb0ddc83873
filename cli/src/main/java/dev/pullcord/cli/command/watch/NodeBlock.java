package dev.pullcord.cli.command.watch;

import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.PinStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A node as one line, and below it what does not fit there: its pin, and what its failed step
 * printed.
 *
 * @param node who
 * @param row the line
 * @param details the lines below
 */
record NodeBlock(NodeView node, StyledLine row, List<StyledLine> details) {
  private static final String DRAINS = "[draining] ";
  private static final int ROOM_FOR_COMMITS = 60;
  private static final int ROOM_FOR_BOTH_COMMITS = 90;

  /** The row and at most so many of the details. */
  List<StyledLine> lines(int most) {
    List<StyledLine> lines = new ArrayList<>(List.of(row));
    lines.addAll(details.subList(0, Math.min(most, details.size())));
    return lines;
  }

  int height(int most) {
    return 1 + Math.min(most, details.size());
  }

  /** Makes the blocks of a picture; the columns are as wide as the widest of it. */
  static final class Maker {
    private final Look look;
    private final Instant now;
    private final Signs signs;
    private final int columns;
    private final int nameWidth;
    private final int stateWidth;
    private final int runsWidth;
    private final int ageWidth;

    Maker(Look look, Instant now, Signs signs, int columns) {
      this.look = look;
      this.now = now;
      this.signs = signs;
      this.columns = columns;
      nameWidth = widest(n -> n.name().value());
      stateWidth = widest(n -> n.state().wireName());
      runsWidth = widest(this::runs);
      ageWidth = widest(this::age);
    }

    private int widest(Function<NodeView, String> text) {
      return look.nodes().stream().mapToInt(n -> text.apply(n).length()).max().orElse(0);
    }

    NodeBlock of(NodeView node) {
      StyledLine row =
          StyledLine.of("  ")
              .add(signs.of(node.state()))
              .add(Style.STRONG, " " + padded(node.name().value(), nameWidth))
              .add(signs.styleOf(node.state()), "  " + padded(node.state().wireName(), stateWidth));
      if (runsWidth > 0) {
        row = row.add("  " + padded(runs(node), runsWidth));
      }
      row = row.add(Style.FAINT, "  " + padded(age(node), ageWidth));
      String attributes =
          (node.pin() == null ? "" : "[pinned] ")
              + NodeRows.suspended(node)
              + (node.draining() ? DRAINS : "")
              + (node.drift() == null ? "" : "[drifted] ")
              + (NodeRows.isLost(node) ? "[lost contact] " : "");
      return new NodeBlock(
          node, row.add(Style.BUSY, "  " + attributes).add(node.reason()), details(node));
    }

    private List<StyledLine> details(NodeView node) {
      List<StyledLine> details = new ArrayList<>();
      PinStatus pin = node.pin();
      if (pin != null) {
        String ends = " (ends " + Ages.in(pin.expiresAt(), now) + "; follows " + node.ref() + ")";
        details.add(
            StyledLine.of(Style.BUSY, "      pinned to " + pin.ref() + " by " + pin.owner())
                .add(": " + pin.reason())
                .add(Style.FAINT, ends));
      }
      for (String printed : look.outputOf(node)) {
        details.add(StyledLine.of(Style.FAINT, "      " + signs.margin() + " ").add(printed));
      }
      return details;
    }

    private String runs(NodeView node) {
      if (columns < ROOM_FOR_COMMITS) {
        return "";
      }
      return columns < ROOM_FOR_BOTH_COMMITS
          ? NodeRows.brief(node.appliedCommit())
          : NodeRows.runs(node);
    }

    private String age(NodeView node) {
      return Ages.coarse(Duration.between(node.since(), now));
    }

    private static String padded(String text, int width) {
      return text + " ".repeat(Math.max(0, width - text.length()));
    }
  }
}
