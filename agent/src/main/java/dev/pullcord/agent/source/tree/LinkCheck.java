package dev.pullcord.agent.source.tree;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * Follows every link of a release as the kernel would, through the release's other links, so that
 * none leads out of it by a detour.
 */
public final class LinkCheck {
  // What Linux allows.
  private static final int HOPS_MAX = 40;

  private final Map<String, String> links;

  /**
   * @param links all links of the release, path to target
   */
  public LinkCheck(Map<String, String> links) {
    this.links = links;
  }

  /** What is wrong with the links of a release. */
  enum Verdict {
    /** Ends inside the release, or at nothing. */
    INSIDE,
    /** Leaves the release. */
    OUTSIDE,
    /** Goes round. */
    LOOP
  }

  /** Adds what is wrong with them. */
  public void check(TreeProblems problems) {
    links.forEach((path, target) -> {
      String place = place(path, target);
      switch (follow(path)) {
        case INSIDE -> {}
        case OUTSIDE ->
            problems.add(
                "TREE_SYMLINK",
                place,
                "the link leaves the release — a relative target inside it expected");
        case LOOP -> problems.add("TREE_CONFLICT", place, "the link leads in a circle");
      }
    });
  }

  /** How a link is named in a problem. */
  public static String place(String path, String target) {
    return dev.pullcord.protocol.id.Shown.of(path)
        + " → "
        + dev.pullcord.protocol.id.Shown.of(target);
  }

  private Verdict follow(String link) {
    Deque<String> here = new ArrayDeque<>();
    Deque<String> ahead = new ArrayDeque<>();
    prepend(ahead, link);
    int hops = 0;
    while (!ahead.isEmpty()) {
      String name = ahead.pop();
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
      String target = links.get(String.join("/", here));
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
