package dev.pullcord.server.deployment;

import dev.pullcord.protocol.id.CommitId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deployments are derived by comparing the repository's refs with the store. */
public interface Deployments {
  /**
   * Compares and stores what is new: at start, and after every push. Idempotent; a kill before or
   * after it loses nothing. When it returns the nodes have been woken.
   *
   * @return one entry for each ref that moved since the last call, in order of name
   */
  List<RefMoved> reconcile();

  /** Why the head of this branch reaches no node though it has moved; empty where it does. */
  default Optional<String> trouble(String branch) {
    return Optional.empty();
  }

  /**
   * How many nodes are to run what this branch's head says (followers that are not pinned
   * elsewhere, and pins to it) and count: suspended ones do not.
   */
  int members(String branch);

  /** How many more are to run it, and are suspended. */
  default int suspended(String branch) {
    return 0;
  }

  /** The different labels that those nodes have. */
  Set<Map<String, String>> labels(String branch);

  /** The nodes that follow the branch, and those that are pinned to it. */
  Followers followers(String branch);

  /** Whether there are any of those; such a branch only moves forward. */
  default boolean followed(String branch) {
    return !followers(branch).isEmpty();
  }

  /**
   * A ref that moved.
   *
   * @param ref the branch
   * @param before null for a new one
   * @param commit its head now
   * @param deployment its id; null when no node is concerned
   */
  record RefMoved(
      String ref, @Nullable CommitId before, CommitId commit, @Nullable Long deployment) {}
}
