package dev.pullcord.server.desired;

import dev.pullcord.protocol.id.CommitId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a commit would do to a node; the git host answers. */
@FunctionalInterface
public interface Comparison {
  /**
   * What differs.
   *
   * @param before what the node runs; null for nothing
   * @return nothing when one of them is not in the repository, or nobody could run {@code now}
   */
  Optional<ByLabels> compare(@Nullable CommitId before, CommitId now);

  /** Two commits, of which nodes may see different parts. */
  @FunctionalInterface
  interface ByLabels {
    /** For a node with these labels. */
    Difference on(Map<String, String> labels);
  }
}
