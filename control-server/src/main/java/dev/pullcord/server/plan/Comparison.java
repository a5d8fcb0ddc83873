package dev.pullcord.server.plan;

import dev.pullcord.protocol.id.CommitId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares two commits: what would one do to a node that runs the other? The git host answers. */
@FunctionalInterface
public interface Comparison {
  /**
   * What differs.
   *
   * @param before what the node runs; null for nothing
   * @return nothing when one of them is not in the repository, or nobody could run {@code now}
   */
  Optional<ByLabels> compare(@Nullable CommitId before, CommitId now);

  /**
   * What the commit's manifest says and nothing answers to, a line each; most often a typo.
   *
   * @param nodes the labels of the nodes that it would reach
   */
  default List<String> ineffective(CommitId commit, Collection<Map<String, String>> nodes) {
    return List.of();
  }

  /** Two commits, of which nodes may see different parts. */
  @FunctionalInterface
  interface ByLabels {
    /** For a node with these labels. */
    Difference on(Map<String, String> labels);
  }
}
