package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.Severity;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a picture of the fleet says at its top and of each ref, read once or live. */
public final class FleetLines {
  private FleetLines() {}

  /** The nodes that count: those that nobody has suspended. */
  public static List<NodeView> counting(List<NodeView> nodes) {
    return nodes.stream().filter(n -> n.suspension() == null).toList();
  }

  /**
   * {@code not converged 2/3 ✗}, of at least one node; not in red when nobody has to look.
   *
   * @param all suspended ones are left out
   * @param refs what these nodes follow; where the last push reaches no node they are behind
   */
  public static StyledLine verdict(List<NodeView> all, Collection<Fleet.Ref> refs, Signs signs) {
    List<NodeView> nodes = counting(all);
    if (nodes.isEmpty()) {
      return StyledLine.of(Style.STRONG, "every node is suspended");
    }
    Severity worst = reached(refs) ? severity(nodes) : Severity.TROUBLE;
    Style style =
        switch (worst) {
          case GOOD -> Style.BIG_GOOD;
          case UNDER_WAY -> Style.BIG_BUSY;
          case HELD -> Style.STRONG;
          case TROUBLE -> Style.BIG_BAD;
        };
    long converged = nodes.stream().filter(n -> n.state() == NodeState.CONVERGED).count();
    String word = worst == Severity.GOOD ? "converged " : "not converged ";
    return StyledLine.of(style, word + converged + "/" + nodes.size())
        .add(" ")
        .add(signs.of(worst));
  }

  /** Whether what was pushed last to each of them reaches the nodes. */
  public static boolean reached(Collection<Fleet.Ref> refs) {
    return refs.stream().allMatch(ref -> ref.trouble() == null);
  }

  /** The worst of the nodes. */
  public static Severity severity(List<NodeView> nodes) {
    return Severity.worst(nodes.stream().map(NodeView::state));
  }

  /**
   * A ref with its head's commit, message, author and age.
   *
   * @param pushed when it moved, if that is known
   */
  public static StyledLine head(Fleet.Ref ref, @Nullable Instant pushed, Instant now) {
    StyledLine line = StyledLine.of(Style.STRONG, ref.ref()).add("  ");
    if (ref.commit() == null) {
      return line.add("nothing pushed yet");
    }
    String age = pushed == null ? "" : ", " + Ages.ago(pushed, now);
    return line.add(Style.BUSY, ref.commit().abbreviated())
        .add("  " + orEmpty(ref.subject()))
        .add(Style.FAINT, "  (" + orEmpty(ref.author()) + age + ")");
  }

  /** {@code 1 failed, 2 pinned}, in order of name; what is not there is left out. */
  public static String counts(Map<String, Integer> counts) {
    return new TreeMap<>(counts)
        .entrySet().stream()
            .filter(e -> e.getValue() > 0)
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
