package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.api.PlanView.Action;
import dev.pullcord.protocol.api.PlanView.Effect;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.NameList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plan as people read it: what would happen, to how many, and to whom. */
final class PlanLines {
  private static final int NAMES_MAX = 12;
  private static final int NOTES_MAX = 10;
  private static final String INDENT = "    ";

  private final PlanView plan;
  private final String asked;
  private final Signs signs;

  PlanLines(PlanView plan, String asked, Signs signs) {
    this.plan = plan;
    this.asked = asked;
    this.signs = signs;
  }

  List<StyledLine> all() {
    List<StyledLine> lines = new ArrayList<>();
    lines.add(head());
    if (!plan.problems().isEmpty()) {
      lines.add(signs.of(false).add(Style.BAD, " no node could run it:"));
      plan.problems()
          .forEach(problem -> lines.add(StyledLine.of("  ").add(StyledLine.coded(problem))));
      return lines;
    }
    if (plan.groups().isEmpty() && plan.apart().isEmpty()) {
      lines.add(StyledLine.of("there is no node; pullcord invite lets one join"));
      return lines;
    }
    lines.add(StyledLine.of(Style.FAINT, reach()));
    lines.add(StyledLine.EMPTY);
    plan.groups().forEach(group -> group(group, lines));
    apart("not reached", plan.apart(), lines);
    apart("not now", plan.held(), lines);
    plan.warnings().forEach(w -> lines.add(StyledLine.of(Style.BUSY, "warning: " + w)));
    lines.add(StyledLine.EMPTY);
    conditions().forEach(text -> lines.add(StyledLine.of(Style.FAINT, text)));
    lines.add(StyledLine.of(Style.FAINT, "nothing was changed"));
    return lines;
  }

  private StyledLine head() {
    StyledLine what = StyledLine.of(Style.STRONG, plan.commit().abbreviated());
    boolean digits = plan.commit().value().startsWith(asked);
    return (digits ? what : StyledLine.of(asked + " ").add(what))
        .add(" \"" + plan.subject() + "\" by " + plan.author());
  }

  private String reach() {
    return plan.followed()
        ? "for the nodes that follow " + plan.branch()
        : (plan.branch() == null ? "" : "no node follows " + plan.branch() + ": ")
            + "as if every node that is not pinned were given it";
  }

  private void group(PlanView.Group group, List<StyledLine> lines) {
    boolean touches = group.effect() == Effect.RELEASED;
    boolean odd =
        EnumSet.of(Effect.LEFT_ALONE, Effect.UNKNOWN, Effect.REFUSED).contains(group.effect());
    Style style = touches ? Style.BUSY : odd ? Style.BAD : Style.GOOD;
    lines.add(
        StyledLine.of(Style.STRONG, count(group.nodes().size()) + ": ").add(style, what(group)));
    if (!group.bundles().isEmpty()) {
      lines.add(StyledLine.of(INDENT + "changes " + String.join(", ", group.bundles())));
    }
    group
        .problems()
        .forEach(problem -> lines.add(StyledLine.of(INDENT).add(StyledLine.coded(problem))));
    lines.add(
        StyledLine.of(INDENT + names(group.nodes().stream().map(n -> n.name().value()).toList())));
    List<PlanView.Member> unwell =
        group.nodes().stream().filter(n -> n.state() != NodeState.CONVERGED).toList();
    unwell.stream()
        .limit(NOTES_MAX)
        .forEach(n ->
            lines.add(
                StyledLine.of(INDENT)
                    .add(signs.named(n.state()))
                    .add("  " + n.name() + when(n.state()) + note(n))));
    if (unwell.size() > NOTES_MAX) {
      lines.add(
          StyledLine.of(INDENT + (unwell.size() - NOTES_MAX) + " more are not converged now"));
    }
  }

  private static String when(NodeState state) {
    return switch (state) {
      case OFFLINE, NEVER_SEEN -> ", so once it is back";
      default -> "";
    };
  }

  private static String note(PlanView.Member node) {
    return node.reason().isBlank() ? "" : ": " + node.reason().lines().findFirst().orElse("");
  }

  private static String what(PlanView.Group group) {
    return switch (group.effect()) {
      case RELEASED -> released(group);
      case HELD_BACK -> "nothing, noop is set there; else: " + released(group);
      case NOTED -> "nothing but to note the commit: no bundle and no worker differs";
      case RUNS_IT -> "nothing, they run it";
      case REFUSED -> "refused there, by what its nodes make of it";
      case LEFT_ALONE -> "nothing, they have tried it and went back; pullcord retry tries it again";
      case UNKNOWN -> "not known, what they run is not on the server";
    };
  }

  private static String released(PlanView.Group group) {
    return group.workers().isEmpty()
        ? "switch to the new release, touch no worker"
        : actions(group.workers());
  }

  private static String actions(Map<String, Action> workers) {
    Map<Action, List<String>> byAction = new LinkedHashMap<>();
    workers.forEach(
        (name, action) -> byAction.computeIfAbsent(action, _ -> new ArrayList<>()).add(name));
    return Arrays.stream(Action.values())
        .filter(byAction::containsKey)
        .map(a -> a.would() + " " + String.join(", ", byAction.getOrDefault(a, List.of())))
        .collect(Collectors.joining("; "));
  }

  private static void apart(String what, List<PlanView.Apart> nodes, List<StyledLine> lines) {
    if (nodes.isEmpty()) {
      return;
    }
    lines.add(StyledLine.of(Style.STRONG, count(nodes.size()) + ": ").add(what));
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    nodes.forEach(
        a -> byReason.computeIfAbsent(a.why(), _ -> new ArrayList<>()).add(a.name().value()));
    byReason.forEach((why, names) -> lines.add(StyledLine.of(INDENT + why + ": " + names(names))));
  }

  /** What the plan depends on that is not in it. */
  private List<String> conditions() {
    if (plan.groups().stream().noneMatch(g -> g.effect() == Effect.RELEASED)) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    String first =
        Stream.concat(plan.prepare().stream(), plan.check().stream())
            .collect(Collectors.joining("; "));
    if (!first.isEmpty()) {
      texts.add("before it touches anything, a node runs: " + first);
    }
    if (!plan.nodesOwn().isEmpty()) {
      texts.add(
          "as far as the server knows: the env-file of "
              + String.join(", ", plan.nodesOwn())
              + " only the node can compare; there: pullcord-agent plan");
    }
    return texts;
  }

  private static String names(List<String> names) {
    return NameList.folded(names, NAMES_MAX);
  }

  private static String count(int nodes) {
    return nodes + (nodes == 1 ? " node" : " nodes");
  }
}
