package dev.pullcord.protocol.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects what is wrong with one file, so that it is all shown at once. Holds at most {@link
 * #LIMIT} problems and counts the rest. Not for use by several threads.
 */
public final class Problems {
  /** More than this nobody reads at once. */
  public static final int LIMIT = 50;

  private final String file;
  private final String prefix;
  private final List<YamlProblem> found = new ArrayList<>();
  private int more;

  /**
   * For one file.
   *
   * @param file its name in messages
   * @param prefix what its codes begin with: {@code MANIFEST}, {@code CONFIG}
   */
  public Problems(String file, String prefix) {
    this.file = file;
    this.prefix = prefix;
  }

  /** Something is wrong with this value; {@code kind} is the code without its prefix. */
  public void add(String kind, YamlNode node, String message) {
    add(kind, node.position(), node.path(), message);
  }

  /** Something is wrong at this place. */
  public void add(String kind, Position position, String path, String message) {
    take(new YamlProblem(prefix + "_" + kind, file, position, path, message));
  }

  /** Something that was found apart from these. */
  public void take(YamlProblem problem) {
    if (found.size() == LIMIT) {
      more++;
    } else {
      found.add(problem);
    }
  }

  /** An empty collection for the same file. */
  public Problems apart() {
    return new Problems(file, prefix);
  }

  /** Whether nothing was wrong so far. */
  public boolean none() {
    return found.isEmpty();
  }

  /** All of them in the order of the file; the last one says how many are left out, if any are. */
  public List<YamlProblem> list() {
    List<YamlProblem> sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparing(YamlProblem::position));
    if (more > 0) {
      sorted.add(
          new YamlProblem(
              prefix + "_MORE", file, Position.FILE, "", more + " more problems are not shown"));
    }
    return List.copyOf(sorted);
  }

  String file() {
    return file;
  }
}
