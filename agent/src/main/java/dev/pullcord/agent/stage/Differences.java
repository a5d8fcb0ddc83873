package dev.pullcord.agent.stage;

import dev.pullcord.protocol.id.Shown;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a release on disk differs from its commit.
 *
 * @param paths how many files, links and directories do
 * @param first some of them, each with what is different about it
 */
public record Differences(int paths, List<String> first) {
  /** There are none. */
  public static final Differences NONE = new Differences(0, List.of());

  private static final int SHOWN = 3;

  /** Copies. */
  public Differences {
    first = List.copyOf(first);
  }

  /** Whether there are none. */
  public boolean none() {
    return paths == 0;
  }

  /** In one line. */
  public String text() {
    int more = paths - first.size();
    return (paths == 1
            ? "1 path is not as in the commit: "
            : paths + " paths are not as in the commit: ")
        + String.join(", ", first)
        + (more == 0 ? "" : " and " + more + " more");
  }

  /** Collects them; the first ones by name are shown. */
  static final class Found {
    private final SortedMap<String, String> first = new TreeMap<>();
    private int count;

    /** A path and what is different about it; nothing is added when that is empty. */
    void add(String path, String what) {
      if (what.isEmpty()) {
        return;
      }
      count++;
      first.put(path, what);
      if (first.size() > SHOWN) {
        first.pollLastEntry();
      }
    }

    Differences all() {
      return new Differences(
          count,
          first.entrySet().stream().map(e -> Shown.of(e.getKey()) + " " + e.getValue()).toList());
    }
  }
}
