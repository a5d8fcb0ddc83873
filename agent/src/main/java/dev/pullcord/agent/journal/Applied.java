package dev.pullcord.agent.journal;

import dev.pullcord.protocol.id.CommitId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What last ran well, and what the node goes back to.
 *
 * @param release the tree
 * @param commit in force; newer than the release's own when commits since touched no bundle and no
 *     worker
 * @param ref in force
 * @param workers what that commit asks for
 */
public record Applied(
    String release, CommitId commit, String ref, Map<String, WorkerDefinition> workers) {
  /** Copies the map in its order. */
  public Applied {
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
  }
}
