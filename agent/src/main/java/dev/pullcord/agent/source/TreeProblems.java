package dev.pullcord.agent.source;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a tree, at most {@value #SHOWN_MAX} of it, and counts the rest. */
final class TreeProblems {
  static final int SHOWN_MAX = 20;

  private final List<String> lines = new ArrayList<>();
  private int count;

  /** Takes {@code CODE place what is wrong — what was expected}. */
  void add(String code, String place, String message) {
    if (count++ < SHOWN_MAX) {
      lines.add(code + "  " + place + "  " + message);
    }
  }

  boolean none() {
    return count == 0;
  }

  SourceResult.Refused refused() {
    String first = lines.getFirst();
    String more = count == 1 ? "" : " (and " + (count - 1) + " more)";
    String rest = count > SHOWN_MAX ? "\n… and " + (count - SHOWN_MAX) + " more" : "";
    return new SourceResult.Refused(first + more, String.join("\n", lines) + rest);
  }
}
