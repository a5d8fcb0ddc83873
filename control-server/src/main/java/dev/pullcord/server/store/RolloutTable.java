package dev.pullcord.server.store;

import dev.pullcord.protocol.id.CommitId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rollouts: how far a deployment is that does not reach every node at once. */
public interface RolloutTable {
  /** Keeps a rollout; replaces what was kept of it. */
  void put(StoredRollout rollout);

  /** The rollout of that deployment; empty when it reaches everyone at once, or is too old. */
  Optional<StoredRollout> find(long deployment);

  /** Those whose deployment is not superseded; at most one of a branch. */
  List<StoredRollout> live();

  /**
   * A rollout.
   *
   * @param deployment whose it is
   * @param ref its branch
   * @param commit what it brings
   * @param before what nodes ran before it; null when that was nothing
   * @param document the rest, as JSON; the room {@code rollout} writes and reads it
   */
  record StoredRollout(
      long deployment, String ref, CommitId commit, @Nullable CommitId before, String document) {}
}
