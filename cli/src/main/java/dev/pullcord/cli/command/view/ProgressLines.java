package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Tells what changed since the last look, a line per node, and at least something every 15 s. */
public final class ProgressLines {
  private static final Duration SILENCE = Duration.ofSeconds(15);
  private final Signs signs;
  private final Consumer<StyledLine> lines;
  private final Map<NodeName, NodeLine> told = new HashMap<>();
  private Duration lastTold = Duration.ZERO;

  /** A progress that is told line by line. */
  public ProgressLines(Signs signs, Consumer<StyledLine> lines) {
    this.signs = signs;
    this.lines = lines;
  }

  /** Tells what is new in a look that was taken after that time. */
  public void look(Duration elapsed, List<NodeLine> nodes) {
    int width = nodes.stream().mapToInt(n -> n.name().value().length()).max().orElse(0);
    for (NodeLine node : nodes) {
      NodeLine before = told.put(node.name(), node);
      boolean news = before == null ? node.state() != NodeState.CONVERGED : !before.equals(node);
      if (news) {
        tell(elapsed, node.line(signs, width));
      }
    }
    if (elapsed.minus(lastTold).compareTo(SILENCE) >= 0) {
      long converged = nodes.stream().filter(n -> n.state() == NodeState.CONVERGED).count();
      tell(elapsed, StyledLine.of("still waiting, converged " + converged + "/" + nodes.size()));
    }
  }

  private void tell(Duration elapsed, StyledLine line) {
    lastTold = elapsed;
    String time = Durations.human(elapsed);
    String padded = " ".repeat(Math.max(0, 7 - time.length())) + time;
    lines.accept(StyledLine.of(Style.FAINT, padded + "  ").add(line));
  }
}
