package dev.pullcord.git.tree;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a tree, at most {@value #SHOWN_MAX} of it, and counts the rest. */
final class TreeProblems {
  static final int SHOWN_MAX = 20;

  private final List<String> lines = new ArrayList<>();
  private int count;

  /** Takes {@code CODE place what is wrong — what was expected}. */
  void add(String code, String place, String message) {
    add(code + "  " + place + "  " + message);
  }

  /** Takes a whole line. */
  void add(String line) {
    if (count++ < SHOWN_MAX) {
      lines.add(line);
    }
  }

  /** Whether all is well. */
  boolean none() {
    return count == 0;
  }

  ReleaseContent.Undeployable verdict() {
    return new ReleaseContent.Undeployable(lines, count);
  }
}
