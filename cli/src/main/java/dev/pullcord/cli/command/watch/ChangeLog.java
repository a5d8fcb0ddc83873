package dev.pullcord.cli.command.watch;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.FleetLines;
import dev.pullcord.cli.command.view.NodeLine;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what changed since the last look, a line each: for a pipe as text, for a program as JSON.
 * The first look tells everything.
 */
final class ChangeLog {
  private final VerbContext context;
  private final Map<String, Head> heads = new HashMap<>();
  private final Map<NodeName, NodeView> nodes = new HashMap<>();
  private String trouble = "";

  ChangeLog(VerbContext context) {
    this.context = context;
  }

  /** A look that worked. */
  void look(Look look) {
    if (!trouble.isEmpty()) {
      trouble = "";
      tell(new Connected(context.now(), "connected"), StyledLine.of(Style.GOOD, "connected again"));
    }
    for (Look.Group group : look.groups()) {
      Fleet.Ref ref = group.head();
      if (ref != null) {
        Head head = new Head(ref.commit(), group.converged() == group.nodes().size());
        if (!head.equals(heads.put(ref.ref(), head))) {
          tell(new RefChange(context.now(), "ref", ref), line(ref, group));
        }
      }
    }
    Set<NodeName> gone = new HashSet<>(nodes.keySet());
    for (NodeView node : look.nodes()) {
      gone.remove(node.name());
      NodeView before = nodes.put(node.name(), node);
      if (before == null || differs(before, node)) {
        List<String> output = look.outputOf(node);
        tell(new NodeChange(context.now(), "node", node, output), line(node, before));
        output.forEach(l -> context.tell(StyledLine.of(Style.FAINT, "          ").add(l)));
      }
    }
    for (NodeName name : gone) {
      nodes.remove(name);
      tell(new Gone(context.now(), "gone", name), StyledLine.of(name + "  is gone"));
    }
  }

  /** A look that did not work; told once. */
  void trouble(String why) {
    if (trouble.isEmpty()) {
      trouble = why;
      tell(
          new Reconnecting(context.now(), "reconnecting", why),
          StyledLine.of(Style.BAD, "reconnecting").add(": " + why));
    }
  }

  private static boolean differs(NodeView a, NodeView b) {
    return a.state() != b.state()
        || !a.reason().equals(b.reason())
        || !Objects.equals(a.retryAt(), b.retryAt())
        || !a.ref().equals(b.ref())
        || !Objects.equals(a.pin(), b.pin())
        || !Objects.equals(a.targetCommit(), b.targetCommit())
        || !Objects.equals(a.appliedCommit(), b.appliedCommit())
        || a.draining() != b.draining()
        || !Objects.equals(a.drift(), b.drift())
        || !Objects.equals(a.contact(), b.contact())
        || !a.labels().equals(b.labels());
  }

  private void tell(Object document, StyledLine line) {
    Instant at = context.now().truncatedTo(ChronoUnit.SECONDS);
    context.show(View.of(document, StyledLine.quoted(Style.FAINT, at + "  ").add(line)));
  }

  private StyledLine line(Fleet.Ref ref, Look.Group group) {
    int total = group.nodes().size();
    return context
        .console()
        .signs()
        .of(FleetLines.severity(group.nodes()))
        .add(Style.STRONG, " " + ref.ref())
        .add("  " + NodeRows.brief(ref.commit()) + "  " + group.converged() + "/" + total)
        .add(ref.subject() == null ? "" : "  " + ref.subject());
  }

  private StyledLine line(NodeView node, @Nullable NodeView before) {
    StyledLine line =
        NodeLine.of(node)
            .line(context.console().signs(), 0)
            .add(Style.FAINT, "  (" + NodeRows.runs(node) + ")");
    if (before == null ? node.pin() == null : Objects.equals(before.pin(), node.pin())) {
      return line;
    }
    return node.pin() == null
        ? line.add("  no longer pinned")
        : line.add("  pinned to " + node.pin().ref() + " by " + node.pin().owner())
            .add(": " + node.pin().reason());
  }

  private record Head(@Nullable CommitId commit, boolean converged) {}

  /** A node is otherwise than before. */
  record NodeChange(Instant at, String change, NodeView node, List<String> output) {}

  /** A ref has another head, or all of its nodes converged, or no longer have. */
  record RefChange(Instant at, String change, Fleet.Ref ref) {}

  /** A node was removed, or is no longer selected. */
  record Gone(Instant at, String change, NodeName name) {}

  /** The server cannot be reached. */
  record Reconnecting(Instant at, String change, String why) {}

  /** It can again. */
  record Connected(Instant at, String change) {}
}
