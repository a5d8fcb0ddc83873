package dev.pullcord.server.store;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Pins in force, at most one for each node. */
public interface PinTable {
  /** Pins; replaces the node's pin. */
  void put(StoredPin pin);

  /** Ends a pin, if there is one. */
  void remove(long node);

  /** The node's pin. */
  Optional<StoredPin> find(long node);

  /** All of them. */
  List<StoredPin> all();

  /**
   * A pin.
   *
   * @param node the node's id
   * @param ref as it was asked for, or the branch's short name
   * @param branch whether that is a branch, whose head the node then runs
   * @param commit what it was when the pin was made; for a tag or a commit, what the node runs
   * @param owner who pinned
   * @param reason why
   * @param createdAt when
   * @param expiresAt when it ends by itself
   * @param evenFrozen whether it holds in spite of freezes and windows
   */
  record StoredPin(
      long node,
      String ref,
      boolean branch,
      CommitId commit,
      String owner,
      String reason,
      Instant createdAt,
      Instant expiresAt,
      boolean evenFrozen) {
    /** One that waits for the end of a freeze. */
    public StoredPin(
        long node,
        String ref,
        boolean branch,
        CommitId commit,
        String owner,
        String reason,
        Instant createdAt,
        Instant expiresAt) {
      this(node, ref, branch, commit, owner, reason, createdAt, expiresAt, false);
    }
  }
}
