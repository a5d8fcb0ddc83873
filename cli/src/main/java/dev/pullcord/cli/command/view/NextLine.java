package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.WayOn;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The last line of a picture in which something is wrong: what a person does next. */
public final class NextLine {
  /** What a person has to look at, worst first; the others go on by themselves. */
  private static final List<NodeState> STUCK =
      List.of(NodeState.FAILED, NodeState.ROLLED_BACK, NodeState.HELD);

  private NextLine() {}

  /**
   * About nodes that did not come to what was asked; empty where they will by themselves. Where a
   * rollout was halted and all nodes went back, each of them can tell what to do about it.
   */
  public static Optional<StyledLine> of(List<NodeLine> nodes) {
    return STUCK.stream()
        .flatMap(state -> nodes.stream().filter(n -> n.state() == state))
        .findFirst()
        .or(() -> nodes.stream().filter(n -> Withheld.isHalted(n.reason())).findFirst())
        .map(n -> WayOn.why(n.name().value()))
        .or(() -> away(nodes))
        .map(StyledLine::of);
  }

  /** The same when the time is over: nothing goes on by itself any more. */
  public static Optional<StyledLine> late(List<NodeLine> nodes) {
    Stream<NodeLine> reached = nodes.stream().filter(n -> !n.state().unreachable());
    return of(nodes.stream().filter(n -> !n.state().unreachable()).toList())
        .or(() -> reached.findFirst().map(n -> StyledLine.of(WayOn.why(n.name().value()))))
        .or(() -> of(nodes));
  }

  private static Optional<String> away(List<NodeLine> nodes) {
    List<String> names =
        nodes.stream().filter(n -> n.state().unreachable()).map(n -> n.name().value()).toList();
    return names.isEmpty() ? Optional.empty() : Optional.of(WayOn.away(names));
  }
}
