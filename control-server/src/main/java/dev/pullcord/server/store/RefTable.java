package dev.pullcord.server.store;

import dev.pullcord.protocol.id.CommitId;
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
   */
  record BranchHead(
      String ref,
      CommitId commit,
      @Nullable CommitId before,
      String subject,
      String author,
      String pushedBy) {}
}
