package dev.pullcord.systemtests.start;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads what the page asks for, in order: blocks marked {@code sh} are typed, other blocks are what
 * should be seen then. The prose says in which terminal, and where to press Ctrl-C.
 */
final class StartPage {
  /** What follows is for later, and is not typed. */
  private static final String END = "## 9. Go on";

  private static final Pattern TERMINAL =
      Pattern.compile("(Ctrl-C )?in the (first|second|third) terminal", Pattern.CASE_INSENSITIVE);

  private final List<Step> steps = new ArrayList<>();
  private String terminal = "each";

  private StartPage() {}

  /** Something to do, or to see. */
  sealed interface Step {
    /** Where: {@code first}, {@code second}, {@code third}, or {@code each}. */
    String terminal();
  }

  record Type(String terminal, String line) implements Step {}

  record See(String terminal, List<String> lines) implements Step {}

  record Interrupt(String terminal) implements Step {}

  static List<Step> read(String page) {
    StartPage reader = new StartPage();
    int end = page.indexOf(END);
    if (end < 0) {
      throw new IllegalArgumentException("the page has no heading " + END);
    }
    String[] parts = page.substring(0, end).split("(?m)^```", -1);
    for (int i = 0; i < parts.length; i++) {
      if (i % 2 == 0) {
        reader.prose(parts[i]);
      } else {
        reader.block(parts[i]);
      }
    }
    return List.copyOf(reader.steps);
  }

  private void prose(String text) {
    Matcher matcher = TERMINAL.matcher(text.replaceAll("\\s+", " "));
    while (matcher.find()) {
      terminal = matcher.group(2);
      if (matcher.group(1) != null) {
        steps.add(new Interrupt(terminal));
      }
    }
  }

  private void block(String text) {
    List<String> lines = text.lines().skip(1).toList();
    if (text.startsWith("sh\n")) {
      lines.forEach(line -> steps.add(new Type(terminal, line)));
      return;
    }
    List<String> seen = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("$ ")) {
        steps.add(new Type(terminal, line.substring(2)));
      } else {
        seen.add(line);
      }
    }
    steps.add(new See(terminal, List.copyOf(seen)));
  }

  /** The lines that are the same in each run, in one form: without times, hashes and secrets. */
  static List<String> comparable(Stream<String> lines) {
    return lines
        .filter(line -> !line.contains("  applying: ")) // which of them are seen is chance
        .map(StartPage::comparable)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private static String comparable(String line) {
    return line.replaceAll("\\bp(ct|cj1)_[A-Za-z0-9_…-]+", "TOKEN")
        .replaceAll("\\d{4}-\\d\\d-\\d\\d(T[0-9:.]+Z| \\d\\d:\\d\\d UTC)", "MOMENT")
        .replaceAll("\\b(\\d+h|(\\d+m )?\\d+(\\.\\d+)?s)\\b", "DURATION")
        .replace("just now", "DURATION ago") // how old a commit is differs from run to run
        .replaceAll("\\b(\\d{6}-)?(?=[0-9a-f]*\\d)([0-9a-f]{7,}…?|[0-9a-f]{4,}…)", "HASH")
        .replaceAll("\\bpid \\d+", "PID")
        .replaceAll("\\d+\\.\\d+ MiB", "SIZE")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
