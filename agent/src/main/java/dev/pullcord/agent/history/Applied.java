package dev.pullcord.agent.history;

import dev.pullcord.protocol.id.CommitId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The release that last ran well, to which the node goes back.
 *
 * @param release the tree
 * @param commit in force; newer than the release's own when commits since touched no bundle and no
 *     worker
 * @param ref in force
 * @param workers what that commit asks for
 * @param labels of the node, by which it asks for them
 */
public record Applied(
    String release,
    CommitId commit,
    String ref,
    Map<String, WorkerDefinition> workers,
    Map<String, String> labels) {
  /** Copies the map in its order; an old journal has no labels. */
  public Applied {
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
  }

  /** Whether it is of a commit, for a node with these labels. */
  public boolean isOf(CommitId target, Map<String, String> now) {
    return commit.equals(target) && labels.equals(now);
  }
}
