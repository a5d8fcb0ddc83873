package dev.pullcord.server.store;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rollbacks in force, at most one for each branch. */
public interface RollbackTable {
  /** Rolls a branch back; replaces the branch's rollback. */
  void put(StoredRollback rollback);

  /** Ends a rollback, if there is one. */
  void remove(String ref);

  /** The branch's rollback. */
  Optional<StoredRollback> find(String ref);

  /** All of them, in order of branch. */
  List<StoredRollback> all();

  /**
   * An order that nodes of a branch run an earlier commit of it.
   *
   * @param ref the branch
   * @param commit what they run
   * @param from the branch's head when it was rolled back; another head ends the rollback
   * @param subject the first line of the commit's message
   * @param author the commit's author
   * @param owner who rolled back
   * @param reason why
   * @param createdAt when
   * @param until when it ends by itself; null for not before a newer commit
   */
  record StoredRollback(
      String ref,
      CommitId commit,
      CommitId from,
      String subject,
      String author,
      String owner,
      String reason,
      Instant createdAt,
      @Nullable Instant until) {
    /** What the branch leads to while it is rolled back. */
    public RefTable.BranchHead head(RefTable.BranchHead pushed) {
      return new RefTable.BranchHead(
          ref, commit, from, subject, author, owner, pushed.windows(), reason);
    }
  }
}
