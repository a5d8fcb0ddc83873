package dev.pullcord.git.tree;

import dev.pullcord.protocol.id.Quoted;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * Follows every link of a release as the kernel would, through the release's other links, so that
 * none leads out of it by a detour.
 */
final class LinkCheck {
  // What Linux allows.
  private static final int HOPS_MAX = 40;

  private final Map<String, String> links;
  private long work;

  /**
   * @param links all links of the release, path to target
   */
  LinkCheck(Map<String, String> links) {
    this.links = links;
  }

  /** What is wrong with the links of a release. */
  enum Verdict {
    /** Ends inside the release, or at nothing. */
    INSIDE,
    /** Leaves the release. */
    OUTSIDE,
    /** Goes round. */
    LOOP,
    /** Not known: all links together take too long to follow. */
    UNKNOWN
  }

  /** Adds what is wrong with them. */
  void check(TreeProblems problems) {
    for (Map.Entry<String, String> link : links.entrySet()) {
      String place = place(link.getKey(), link.getValue());
      switch (follow(link.getKey())) {
        case INSIDE -> {}
        case OUTSIDE ->
            problems.add(
                "TREE_SYMLINK",
                place,
                "the link leaves the release — a relative target inside it expected");
        case LOOP -> problems.add("TREE_CONFLICT", place, "the link leads in a circle");
        case UNKNOWN -> {
          problems.add(
              "TREE_LIMIT",
              place,
              "the links of this release take too long to follow — use fewer or shorter ones");
          return;
        }
      }
    }
  }

  /** How a link is named in a problem. */
  static String place(String path, String target) {
    return Quoted.of(path) + " → " + Quoted.of(target);
  }

  private Verdict follow(String link) {
    Deque<String> here = new ArrayDeque<>();
    Deque<String> ahead = new ArrayDeque<>();
    prepend(ahead, link);
    int hops = 0;
    while (!ahead.isEmpty()) {
      String name = ahead.pop();
      work++;
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (here.pollLast() == null) {
          return Verdict.OUTSIDE;
        }
        continue;
      }
      here.addLast(name);
      String path = String.join("/", here);
      work += path.length() + 1;
      if (work > TreeLimits.LINK_WORK_MAX) {
        return Verdict.UNKNOWN;
      }
      String target = links.get(path);
      if (target == null) {
        continue;
      }
      if (target.startsWith("/")) {
        return Verdict.OUTSIDE;
      }
      if (++hops > HOPS_MAX) {
        return Verdict.LOOP;
      }
      here.removeLast();
      prepend(ahead, target);
    }
    return Verdict.INSIDE;
  }

  private static void prepend(Deque<String> ahead, String path) {
    String[] names = path.split("/", -1);
    for (int i = names.length - 1; i >= 0; i--) {
      ahead.push(names[i]);
    }
  }
}
