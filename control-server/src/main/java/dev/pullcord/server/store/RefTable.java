package dev.pullcord.server.store;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.node.Window;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The branches' heads as they were when they were last compared with the repository. */
public interface RefTable {
  /**
   * Keeps a head.
   *
   * @param movedAt when that was noticed
   */
  void put(BranchHead head, Instant movedAt);

  /** Forgets a branch that is gone. */
  void remove(String ref);

  /** All of them, in order of name. */
  List<BranchHead> all();

  /**
   * What a branch leads to.
   *
   * @param ref its short name
   * @param commit its head
   * @param before its head before; null for the first
   * @param subject the first line of the commit's message
   * @param author the commit's author
   * @param pushedBy who moved the branch to it
   * @param windows when nodes of the branch begin with something new; empty for always
   * @param rollback why an operator led the branch back to it; null when it was pushed
   */
  record BranchHead(
      String ref,
      CommitId commit,
      @Nullable CommitId before,
      String subject,
      String author,
      String pushedBy,
      List<Window> windows,
      @Nullable String rollback) {
    /** Copies. */
    public BranchHead {
      windows = List.copyOf(windows);
    }

    /** One that was pushed, and is always open. */
    public BranchHead(
        String ref,
        CommitId commit,
        @Nullable CommitId before,
        String subject,
        String author,
        String pushedBy) {
      this(ref, commit, before, subject, author, pushedBy, List.of(), null);
    }

    /** The same with these windows. */
    public BranchHead with(List<Window> hours) {
      return new BranchHead(ref, commit, before, subject, author, pushedBy, hours, rollback);
    }
  }
}
