package dev.pullcord.base.doctor;

import dev.pullcord.base.text.TerminalText;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What the checks of a daemon have found. Its JSON is what {@code doctor -o json} prints.
 *
 * @param checks in the order in which they were made
 */
public record Examination(List<Finding> checks) {
  private static final int MARK_WIDTH = 7;
  private static final int NAME_WIDTH = 12;

  /** Copies. */
  public Examination {
    checks = List.copyOf(checks);
  }

  /**
   * Makes all checks; none keeps the others from being made.
   *
   * @param words says in a sentence why something could not be looked at
   */
  public static Examination of(List<DoctorCheck> checks, Function<Exception, String> words) {
    List<Finding> findings = new ArrayList<>();
    for (DoctorCheck check : checks) {
      findings.add(look(check, words));
    }
    return new Examination(findings);
  }

  private static Finding look(DoctorCheck check, Function<Exception, String> words) {
    try {
      return check.look();
    } catch (Exception e) {
      return Finding.bad(
          check,
          "could not be looked at: " + words.apply(e),
          e instanceof AccessDeniedException
              ? "run this as root, or as the user that it belongs to"
              : "mend that, then look again");
    }
  }

  /** Whether nothing is wrong. */
  public boolean allWell() {
    return wrong().isEmpty();
  }

  private List<String> wrong() {
    return checks.stream().filter(finding -> !finding.ok()).map(Finding::name).toList();
  }

  /** For people: a line for each check, below it what to do, and at the end what is wrong. */
  public String text() {
    StringBuilder text = new StringBuilder();
    int width = checks.stream().mapToInt(f -> f.name().length() + 1).max().orElse(0);
    for (Finding finding : checks) {
      append(text, finding, Math.max(NAME_WIDTH, width));
    }
    List<String> wrong = wrong();
    return text.append(
            wrong.isEmpty()
                ? "nothing is wrong"
                : wrong.size() + " of " + checks.size() + " wrong: " + String.join(", ", wrong))
        .toString();
  }

  private static void append(StringBuilder text, Finding finding, int width) {
    String margin = " ".repeat(MARK_WIDTH + width);
    text.append(finding.ok() ? "ok     " : "WRONG  ")
        .append(finding.name())
        .append(" ".repeat(width - finding.name().length()))
        .append(lines(finding.detail(), margin))
        .append('\n');
    if (!finding.ok()) {
      text.append(margin).append("do: ").append(lines(finding.fix(), margin)).append('\n');
    }
  }

  private static String lines(String said, String margin) {
    return String.join("\n" + margin, said.lines().map(TerminalText::clean).toList());
  }
}
