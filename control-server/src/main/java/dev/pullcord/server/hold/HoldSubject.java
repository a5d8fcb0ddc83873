package dev.pullcord.server.hold;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node, as far as freezes and windows choose it.
 *
 * @param followed the branch that it follows
 * @param pinned the branch that it is pinned to; null while it is pinned to none
 * @param labels of the node
 */
public record HoldSubject(String followed, @Nullable String pinned, Map<String, String> labels) {
  /** Copies. */
  public HoldSubject {
    labels = Map.copyOf(labels);
  }

  boolean isOn(String branch) {
    return branch.equals(followed) || branch.equals(pinned);
  }
}
