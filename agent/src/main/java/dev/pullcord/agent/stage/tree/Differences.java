package dev.pullcord.agent.stage.tree;

import dev.pullcord.protocol.id.Quoted;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a release on disk differs from its commit, or what was built for it from what it was.
 *
 * @param as what it is not like any more, as a sentence goes on
 * @param paths how many files, links and directories do
 * @param first some of them, each with what is different about it
 */
public record Differences(String as, int paths, List<String> first) {
  /** There are none. */
  public static final Differences NONE = new Differences(0, List.of());

  private static final String COMMITTED = "in the commit";
  private static final String BUILT = "it was built";
  private static final int SHOWN = 3;

  /** Copies. */
  public Differences {
    first = List.copyOf(first);
  }

  /** From the commit. */
  public Differences(int paths, List<String> first) {
    this(COMMITTED, paths, first);
  }

  /** The same, of what was built. */
  Differences ofBuilt() {
    return new Differences(BUILT, paths, first);
  }

  /** Whether there are none. */
  public boolean none() {
    return paths == 0;
  }

  /** These; the others where there are none of these. */
  public Differences or(Differences others) {
    return none() ? others : this;
  }

  /** In one line. */
  public String text() {
    int more = paths - first.size();
    return (paths == 1 ? "1 path is" : paths + " paths are")
        + " not as "
        + as
        + ": "
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
          first.entrySet().stream().map(e -> Quoted.of(e.getKey()) + " " + e.getValue()).toList());
    }
  }
}
