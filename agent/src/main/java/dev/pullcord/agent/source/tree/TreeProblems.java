package dev.pullcord.agent.source.tree;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a tree, at most {@value #SHOWN_MAX} of it, and counts the rest. */
public final class TreeProblems {
  static final int SHOWN_MAX = 20;

  private final List<String> lines = new ArrayList<>();
  private int count;

  /** Takes {@code CODE place what is wrong — what was expected}. */
  public void add(String code, String place, String message) {
    if (count++ < SHOWN_MAX) {
      lines.add(code + "  " + place + "  " + message);
    }
  }

  /** Whether all is well. */
  public boolean none() {
    return count == 0;
  }

  /** The first, and how many more there are. */
  public String first() {
    return lines.getFirst() + (count == 1 ? "" : " (and " + (count - 1) + " more)");
  }

  /** One to a line. */
  public String all() {
    String rest = count > SHOWN_MAX ? "\n… and " + (count - SHOWN_MAX) + " more" : "";
    return String.join("\n", lines) + rest;
  }
}
