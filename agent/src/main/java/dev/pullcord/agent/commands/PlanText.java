package dev.pullcord.agent.commands;

import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.id.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a pass would do, as a person reads it. */
final class PlanText {
  private PlanText() {}

  static String of(NodeName node, Outlook plan) {
    List<String> lines = new ArrayList<>();
    lines.add(node + "  " + said(plan));
    add(lines, "changes", plan.bundles());
    plan.workers().forEach((name, touched) -> lines.add(row("worker", worker(name, touched))));
    add(lines, "prepare", plan.prepare());
    add(lines, "check", plan.check());
    for (int i = 0; i < plan.steps().size(); i++) {
      lines.add(row(i == 0 ? "steps" : "", (i + 1) + ". " + plan.steps().get(i)));
    }
    lines.add("nothing was changed");
    return lines.stream().map(TerminalText::clean).collect(Collectors.joining("\n"));
  }

  private static String said(Outlook plan) {
    String commit = plan.commit().abbreviated();
    return switch (plan.verdict()) {
      case NOTHING -> "would do nothing: it runs " + commit;
      case NOTED -> "would note " + commit + ": it touches no bundle and no worker";
      case APPLIED -> "would " + plan.would();
      case HELD -> "holds back, by noop in its agent.yaml; it would " + plan.would();
      case LEFT_ALONE ->
          "would leave "
              + commit
              + " alone: "
              + plan.reason()
              + "; pullcord-agent retry tries it again";
      case BLOCKED -> "could not go to " + commit + ": " + plan.reason();
    };
  }

  private static String worker(String name, Outlook.Touched touched) {
    String ends =
        touched.ends().isEmpty()
            ? ""
            : ": generation "
                + touched.ends().stream()
                    .map(n -> Long.toString(n))
                    .collect(Collectors.joining(", "))
                + " finishes its work and ends";
    return name + "  " + touched.action().would() + ends;
  }

  private static void add(List<String> lines, String label, List<String> texts) {
    for (String text : texts) {
      lines.add(row(label, text));
    }
  }

  private static String row(String label, String text) {
    return String.format(Locale.ROOT, "  %-9s %s", label, text);
  }
}
