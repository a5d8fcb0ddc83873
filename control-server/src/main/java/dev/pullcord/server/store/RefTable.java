package dev.pullcord.server.store;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.List;

/** The branches' heads as they were when they were last compared with the repository. */
public interface RefTable {
  /** Keeps a head. */
  void put(Row ref);

  /** Forgets a branch that is gone. */
  void remove(String ref);

  /** All of them, in order of name. */
  List<Row> all();

  /**
   * A branch.
   *
   * @param ref its short name
   * @param commit its head
   * @param before its head before; null for the first
   * @param subject the first line of the commit's message
   * @param author the commit's author
   * @param pushedBy who moved the branch to it
   * @param movedAt when that was noticed
   */
  record Row(
      String ref,
      CommitId commit,
      @org.jspecify.annotations.Nullable CommitId before,
      String subject,
      String author,
      String pushedBy,
      Instant movedAt) {}
}
